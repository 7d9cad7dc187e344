"""What people call the fields of a licence in the first row of their sheets: English, German, French.

A word may stand for several fields; their order is the order of likelihood, and the values decide when the
kinds differ ("Renewal" is a day in one sheet and a yes in another).
"""

from collections.abc import Iterable

from trueup.connectors.spreadsheet.words import normal

ENGLISH = {
    "external_id": "id, external id, licence id, license id, record id, ref, reference, uid, uuid",
    "company": "company, client, customer, organisation, organization, entity, legal entity, tenant, property of",
    "publisher": "publisher, manufacturer, vendor, software vendor, maker, software publisher, developer",
    "product": "product, software, application, app, title, product name, software name, software title, "
    "application name, program, item, item name, licence, license, description, software product",
    "name": "name, licence name, license name",
    "edition": "edition, product edition, sku name, plan, tier",
    "version": "version, product version, software version, release, purchase version, version purchased",
    "metric": "metric, licence type, license type, licence metric, license metric, type, licensing model, "
    "license model, licence model, licensing metric, counted by, licensed per",
    "units": "units, quantity, qty, seats, licences, licenses, number of licences, number of licenses, count, "
    "amount of licences, number bought, number purchased, purchased, total seats, purchased units, no of licences, "
    "no of licenses, number, licence count, license count, licences purchased, licenses purchased, entitlements, "
    "quantity purchased, users, number of seats, number of users, owned",
    "region": "region, country, location, site, market, territory",
    "key": "key, licence key, license key, serial, serial number, serial no, sn, s n, product key, activation code, "
    "activation key, license code, licence code, licence keys, license keys, serial key",
    "inventory_number": "inventory number, inventory no, asset tag, asset number, niw, inventory id, inv no",
    "order_number": "order number, order no, po, po number, purchase order, purchase order number, order, order id, "
    "po no",
    "invoice_date": "invoice date, purchase date, bought on, date of purchase, purchased on, order date, "
    "date purchased, billing date, date of invoice",
    "invoice_number": "invoice number, invoice no, invoice, invoice id, bill number",
    "price": "price, cost, purchase cost, purchase price, amount, net price, price net, annual cost, annual price, "
    "value, spend, price a year, cost per year, yearly cost",
    "unit_price": "unit price, price per unit, price per seat, cost per seat, cost per unit, per seat price, "
    "price each, unit cost, price per user, price per licence, price per license",
    "total_price": "total price, total cost, total, total amount, sum, line total, total net, price total, "
    "total value, extended price",
    "currency": "currency, price currency, curr, currency code, ccy",
    "price_basis": "price basis, price is per, basis",
    "cost_centre": "cost centre, cost center, budget, budget info, budget code, cost code, accounting id, "
    "department code",
    "valid_from": "valid from, start, start date, from, begin, effective date, start of term, contract start, "
    "subscription start, start usage, licence start, license start, activation date, term start",
    "valid_until": "valid until, valid to, valid thru, expires, expiry, expiry date, expiration date, expiration, "
    "end, end date, until, to, renewal, renewal date, contract end, subscription end, expires on, end of term, "
    "licence expiry, license expiry, due date, term end, next renewal, valid through",
    "supplier": "supplier, reseller, provider, dealer, bought from, distributor, purchased from, partner",
    "owner": "owner, responsible, resp, responsible person, contact, product owner, licence owner, license owner, "
    "managed by, business owner, owner email",
    "tags": "tags, tag, labels, categories, category",
    "remarks": "remarks, remark, notes, note, comments, comment, license details, licence details, details, memo, "
    "additional information",
    "auto_renew": "auto renew, auto renewal, autorenew, auto renewing, automatic renewal, renews automatically, renewal",
    "notice_days": "notice days, notice period, notice, notice period days, cancellation period, "
    "cancellation notice days, days notice",
    "holder_person": "assigned to, user, username, user name, licensed to, full name, email, assigned user, "
    "licensee, e mail, holder",
    "holder_device": "device, computer, hostname, host, machine, computer name, device name, assigned device, server, "
    "installed on",
}

GERMAN = {
    "external_id": "kennung, lizenz id, lizenznummer, nr, lfd nr",
    "company": "firma, unternehmen, gesellschaft, mandant, kunde, organisation, einheit, standort firma",
    "publisher": "hersteller, herausgeber, anbieter, softwarehersteller, produzent",
    "product": "produkt, software, programm, anwendung, produktname, softwarename, artikel, bezeichnung, titel, "
    "lizenz, produktbezeichnung, applikation, softwareprodukt, artikelbezeichnung",
    "name": "lizenzname, lizenzbezeichnung",
    "edition": "edition, ausgabe, variante",
    "version": "version, produktversion, softwareversion, kaufversion, gekaufte version",
    "metric": "metrik, lizenztyp, lizenzart, lizenzmetrik, lizenzmodell, art, typ, lizenzierung, lizensiert pro",
    "units": "anzahl, menge, stück, stückzahl, lizenzen, anzahl lizenzen, lizenzanzahl, einheiten, plätze, "
    "arbeitsplätze, stk, anzahl nutzer, anzahl user, zahl, lizenzmenge, gekaufte lizenzen",
    "region": "region, land, standort, niederlassung",
    "key": "schlüssel, lizenzschlüssel, seriennummer, produktschlüssel, aktivierungscode, lizenzcode, lizenz key, "
    "aktivierungsschlüssel, lizenzkey",
    "inventory_number": "inventarnummer, inventar nr, anlagennummer, inventarnr, anlagen nr",
    "order_number": "bestellnummer, bestell nr, auftragsnummer, bestellnr, auftrags nr, bestellung",
    "invoice_date": "rechnungsdatum, kaufdatum, bestelldatum, einkaufsdatum, gekauft am, anschaffungsdatum, datum",
    "invoice_number": "rechnungsnummer, rechnungs nr, rechnung, rechnungsnr, re nr, beleg nr, belegnummer",
    "price": "preis, kosten, kaufpreis, einkaufspreis, betrag, nettopreis, preis netto, jahrespreis, wert, jahreskosten",
    "unit_price": "stückpreis, einzelpreis, preis pro stück, preis pro nutzer, preis je lizenz, preis pro lizenz, "
    "preis je einheit, ep, einzelpreis netto, preis je nutzer",
    "total_price": "gesamtpreis, summe, gesamt, gesamtkosten, gesamtbetrag, gp, gesamtpreis netto, rechnungsbetrag",
    "currency": "währung, whg, wkz",
    "price_basis": "preisbasis, preis je",
    "cost_centre": "kostenstelle, kst, budget, kostenträger, kontierung",
    "valid_from": "gültig ab, gültig von, beginn, von, ab, start, startdatum, laufzeitbeginn, vertragsbeginn, lizenzbeginn",
    "valid_until": "gültig bis, ablauf, ablaufdatum, bis, ende, enddatum, laufzeitende, vertragsende, läuft ab, "
    "läuft ab am, verlängerung, verlängerung am, lizenzende, gültigkeit, laufzeit bis",
    "supplier": "lieferant, händler, bezugsquelle, verkäufer, gekauft bei, fachhändler",
    "owner": "verantwortlich, verantwortlicher, eigentümer, ansprechpartner, besitzer, lizenzverantwortlicher, zuständig",
    "tags": "schlagworte, schlagwörter, kategorie, kategorien, etiketten",
    "remarks": "bemerkung, bemerkungen, notiz, notizen, kommentar, kommentare, anmerkung, anmerkungen, hinweis, info",
    "auto_renew": "automatische verlängerung, autom verlängerung, verlängert sich, auto verlängerung, verlängerung",
    "notice_days": "kündigungsfrist, kündigungsfrist tage, kündigungsfrist in tagen, frist tage",
    "holder_person": "nutzer, benutzer, anwender, zugewiesen an, mitarbeiter, lizenznehmer, benutzername, zugeordnet",
    "holder_device": "gerät, rechner, pc, computer, gerätename, rechnername, installiert auf, server",
}

FRENCH = {
    "external_id": "identifiant, id externe, numéro de licence, réf, référence",
    "company": "société, entreprise, client, entité, organisation, filiale",
    "publisher": "éditeur, fabricant, éditeur du logiciel, constructeur",
    "product": "produit, logiciel, application, programme, nom du produit, nom du logiciel, article, libellé, "
    "désignation, licence, intitulé",
    "name": "nom, nom de la licence",
    "edition": "édition",
    "version": "version, version achetée, version d'achat, version du logiciel",
    "metric": "métrique, type de licence, type, modèle de licence, mode de licence",
    "units": "quantité, qté, nombre, nombre de licences, nb licences, nb de licences, licences, unités, postes, "
    "nombre de postes, nb, nombre d'utilisateurs, sièges, licences achetées",
    "region": "région, pays, site, lieu, emplacement",
    "key": "clé, clef, clé de licence, clé du produit, numéro de série, n° de série, code d'activation, clé produit, "
    "clé d'activation, clef de licence",
    "inventory_number": "numéro d'inventaire, n° d'inventaire, no inventaire, numéro inventaire",
    "order_number": "numéro de commande, n° de commande, commande, bon de commande, n° commande, no commande",
    "invoice_date": "date de facture, date de facturation, date d'achat, achat le, date de commande, date facture",
    "invoice_number": "numéro de facture, n° de facture, facture, n° facture, no facture",
    "price": "prix, coût, prix d'achat, montant, prix net, montant ht, prix ht, coût annuel, valeur",
    "unit_price": "prix unitaire, coût unitaire, pu, prix unitaire ht, pu ht, prix par utilisateur, prix par poste",
    "total_price": "prix total, total, montant total, coût total, total ht, prix total ht",
    "currency": "devise, monnaie",
    "price_basis": "base du prix, prix par",
    "cost_centre": "centre de coût, centre de coûts, budget, code budgétaire, imputation",
    "valid_from": "valable du, début, date de début, du, à partir du, début de validité, date d'effet, valide du",
    "valid_until": "valable jusqu'au, fin, date de fin, au, expiration, date d'expiration, échéance, "
    "date d'échéance, fin de validité, valide jusqu'au, renouvellement, date de renouvellement, expire le, jusqu'au",
    "supplier": "fournisseur, revendeur, distributeur, acheté chez",
    "owner": "responsable, propriétaire, contact, gestionnaire, référent",
    "tags": "étiquettes, mots clés, catégorie, catégories",
    "remarks": "remarques, remarque, commentaire, commentaires, note, notes, observations, observation",
    "auto_renew": "renouvellement automatique, reconduction tacite, tacite reconduction, renouvellement auto, "
    "renouvellement",
    "notice_days": "préavis, préavis en jours, délai de préavis, délai de résiliation",
    "holder_person": "utilisateur, attribué à, affecté à, nom d'utilisateur, bénéficiaire, courriel",
    "holder_device": "appareil, ordinateur, poste, machine, installé sur, serveur",
}

LANGUAGES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH}


def gathered(tables: Iterable[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    """Every word with the fields it may stand for, the most likely first."""
    fields: dict[str, list[str]] = {}
    for table in tables:
        for field, words in table.items():
            for word in words.split(","):
                known = fields.setdefault(normal(word), [])
                if field not in known:
                    known.append(field)
    return {word: tuple(names) for word, names in fields.items()}


FIELDS_OF_WORD = gathered(LANGUAGES.values())
