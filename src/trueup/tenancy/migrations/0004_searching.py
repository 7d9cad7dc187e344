"""What searching is made of: parts of words (pg_trgm), the folding of text, and questions made of typed words.

The functions that fill columns name nothing of ours, so that a dump loads wherever it is put.
"""

from django.db import migrations

from trueup.base.searching import searched

FOLD = r"""
CREATE FUNCTION trueup_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT trim(regexp_replace(
        replace(replace(replace(translate(
            regexp_replace(lower(normalize($1, NFKD)), '[\u0300-\u036f]+', '', 'g'),
            'øłđðıħ', 'olddih'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f]+', ' ', 'g'))
$$;
COMMENT ON FUNCTION trueup_fold(text) IS 'Small letters without accents; signs between words become one space';

CREATE FUNCTION trueup_joined(text[]) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_string($1, ' ')
$$;
COMMENT ON FUNCTION trueup_joined(text[]) IS 'The parts of a list as one text';

CREATE FUNCTION trueup_begun(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsquery('simple', regexp_replace(trueup_fold($1), '[^ ]+(?= )', '\&:* &', 'g') || ':*')
    WHERE trueup_fold($1) <> ''
$$;
COMMENT ON FUNCTION trueup_begun(text) IS 'Every word, each of them perhaps only begun';

CREATE FUNCTION trueup_words(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT plainto_tsquery('simple', trueup_fold($1))
$$;
COMMENT ON FUNCTION trueup_words(text) IS 'Every word, each of them whole';

CREATE FUNCTION trueup_any(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsquery('simple', regexp_replace(trueup_fold($1), '[^ ]+(?= )', '\&:* |', 'g') || ':*')
    WHERE trueup_fold($1) <> ''
$$;
COMMENT ON FUNCTION trueup_any(text) IS 'Any of the words, for the order of what was found';

CREATE FUNCTION trueup_number(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsquery('simple', replace(trueup_fold($1), ' ', '') || ':A') WHERE trueup_fold($1) <> ''
$$;
COMMENT ON FUNCTION trueup_number(text) IS 'A number (barcode, order, login) that is exactly what was typed, signs or not';
"""

UNFOLD = """
DROP FUNCTION trueup_number(text);
DROP FUNCTION trueup_any(text);
DROP FUNCTION trueup_words(text);
DROP FUNCTION trueup_begun(text);
DROP FUNCTION trueup_joined(text[]);
DROP FUNCTION trueup_fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_preferences")]

    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
        migrations.RunSQL(FOLD, UNFOLD),
        searched("tenancy_department", names=("name",)),
    ]
