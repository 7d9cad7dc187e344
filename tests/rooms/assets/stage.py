"""What tests of assets begin with: the template of the document, and an asset of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.cast import NOW, Stage
from trueup.articles.actions import ArticleTerms, write_article
from trueup.assets.actions import create_asset
from trueup.assets.files import attach_file
from trueup.assets.models import Asset
from trueup.documents.receiving import NewFile
from trueup.fields.actions import create_type
from trueup.fields.exchange import template_named
from trueup.fields.models import Type
from trueup.fields.terms import TypeTerms, field_from

KEY = "XK4QZ-9PLMN-77TRU-CANARY-0001"
LICENCE: dict[str, Any] = {
    "product_name": "Microsoft 365 Business Premium", "vendor": "Microsoft", "license_type": "per_user", "license_key": KEY,
    "total_seats": 50, "assigned_seats": "30", "purchase_date": "2026-01-01", "expiry_date": "2026-12-31", "auto_renew": True,
    "annual_cost": {"amount": "13200.00", "currency": "EUR"}, "vendor_portal_url": "https://portal.example.com/x",
    "notes": "**Bold** <script>alert(1)</script>",
}  # fmt: skip


def a_type(stage: Stage, name: str = "Thing", *fields: dict[str, Any], **more: Any) -> Type:
    read = tuple(field_from(one, place=str(n)) for n, one in enumerate(fields))
    return create_type(
        actor=stage.alice, company_id=stage.acme.pk, terms=TypeTerms(name, fields=read, **more), at=NOW
    )


def software_licence(stage: Stage, name: str = "Software License") -> Type:
    terms = replace(template_named("software_license"), name=name)
    return create_type(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW)


def an_asset(stage: Stage, type_: Type, tags: tuple[str, ...] = (), **values: Any) -> Asset:
    return create_asset(
        actor=stage.alice, type_id=type_.pk, company_id=stage.acme.pk, values=values, tags=tags, at=NOW
    )


def something(stage: Stage, name: str, key: str = KEY) -> dict[str, object]:
    """A type, an asset and an article in Acme with that name, and their numbers as addresses name them."""
    type_ = a_type(
        stage, name, {"label": "Product Name", "kind": "text", "in_list": True}, {"label": "License Key", "kind": "secret"}, {"label": "Files", "kind": "attachment"}, description=name
    )  # fmt: skip
    asset = an_asset(stage, type_, (name.lower(),), product_name=name, license_key=key)
    kept = attach_file(
        actor=stage.alice, asset_id=asset.pk, key="files", file=NewFile(f"{name}.txt", name.encode()), at=NOW
    )
    terms = ArticleTerms(name, name, tags=(name.lower(),))
    article = write_article(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW)
    return {
        "type_id": type_.pk, "asset_id": asset.pk, "field_key": "license_key", "key": "license_key", "article_id": article.pk,
        "file_id": kept.pk,
    }  # fmt: skip
