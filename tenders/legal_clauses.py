"""Wording packs: what the law of a jurisdiction says about naming standards, dated.

Each is reviewable by counsel and never edited in place: change the words, change `dated`. A
published tender holds the words it was published with. The portal informs; it gives no advice.
"""

from dataclasses import dataclass

Words = dict[str, str]  # language → words; every pack has each of LANGUAGES
LANGUAGES = ("en", "fr")


@dataclass(frozen=True)
class Pack:
    """The words for purchases under one law."""

    key: str
    dated: str
    name: Words
    law: Words
    basis: Words
    proof: Words


PROOF: Words = {
    "en": (
        "The buyer accepts certificates and test reports of equivalent bodies, and other "
        "appropriate proof, including a technical dossier of the manufacturer."
    ),
    "fr": (
        "L’acheteur accepte les certificats et rapports d’essai d’organismes équivalents, ainsi "
        "que tout autre moyen de preuve approprié, y compris un dossier technique du fabricant."
    ),
}

PACKS = {
    pack.key: pack
    for pack in (
        Pack(
            "neutral",
            "2026-11-22",
            {"en": "No particular law (neutral words)", "fr": "Aucune loi en particulier (neutre)"},
            {"en": "", "fr": ""},
            {
                "en": (
                    "This clause is neutral: it follows no particular law. The procurement law "
                    "that governs this purchase comes first where it says more."
                ),
                "fr": (
                    "Cette clause est neutre : elle ne suit aucune loi en particulier. Le droit "
                    "de la commande publique applicable à cet achat prime s’il en dit davantage."
                ),
            },
            PROOF,
        ),
        Pack(
            "eu",
            "2026-11-22",
            {"en": "European Union", "fr": "Union européenne"},
            {
                "en": "Directive 2014/24/EU, Articles 42, 43 and 44",
                "fr": "directive 2014/24/UE, articles 42, 43 et 44",
            },
            {
                "en": (
                    "References to technical specifications carry the words “or equivalent”. A "
                    "tender is not rejected for following another specification when the bidder "
                    "proves by any appropriate means that it meets the requirements in an "
                    "equivalent manner."
                ),
                "fr": (
                    "Les références à des spécifications techniques sont accompagnées de la "
                    "mention « ou équivalent ». Une offre n’est pas rejetée parce qu’elle suit "
                    "une autre spécification dès lors que le soumissionnaire prouve, par tout "
                    "moyen approprié, qu’elle satisfait de manière équivalente aux exigences."
                ),
            },
            {
                "en": (
                    "Labels that confirm equivalent requirements, and certificates of equivalent "
                    "conformity assessment bodies, are accepted. Where a bidder had no access to "
                    "them, or could not obtain them in time for reasons not attributable to it, "
                    "other appropriate proof, including a technical dossier of the manufacturer, "
                    "is accepted."
                ),
                "fr": (
                    "Les labels confirmant des exigences équivalentes et les certificats "
                    "d’organismes d’évaluation de la conformité équivalents sont acceptés. Si le "
                    "soumissionnaire n’y avait pas accès, ou ne pouvait les obtenir à temps pour "
                    "des raisons qui ne lui sont pas imputables, tout autre moyen de preuve "
                    "approprié, y compris un dossier technique du fabricant, est accepté."
                ),
            },
        ),
        Pack(
            "wto",
            "2026-11-22",
            {"en": "WTO Government Procurement Agreement", "fr": "Accord de l’OMC (AMP)"},
            {
                "en": "WTO Agreement on Government Procurement (2012), Article X",
                "fr": "accord de l’OMC sur les marchés publics (2012), article X",
            },
            {
                "en": (
                    "Requirements are set out as performance and function rather than design, "
                    "and follow international standards where these exist. Where a standard, "
                    "trade mark or design is named, “or equivalent” belongs to it, and tenders "
                    "that demonstrably fulfil the requirement are considered."
                ),
                "fr": (
                    "Les exigences sont exprimées en performances et en fonctions plutôt qu’en "
                    "conception, et suivent les normes internationales lorsqu’elles existent. "
                    "Lorsqu’une norme, une marque ou une conception est citée, la mention « ou "
                    "équivalent » y est attachée, et les offres dont il est démontré qu’elles "
                    "remplissent l’exigence sont prises en considération."
                ),
            },
            PROOF,
        ),
        Pack(
            "uncitral",
            "2026-11-22",
            {"en": "UNCITRAL Model Law", "fr": "Loi type de la CNUDCI"},
            {
                "en": "UNCITRAL Model Law on Public Procurement (2011), Article 10",
                "fr": "loi type de la CNUDCI sur la passation des marchés publics (2011), art. 10",
            },
            {
                "en": (
                    "The description is objective, functional and generic. No trade mark, name, "
                    "patent, design, type, origin or producer is required, unless there is no "
                    "other precise way to describe what is needed, and then with “or equivalent”."
                ),
                "fr": (
                    "La description est objective, fonctionnelle et générique. Aucune marque, "
                    "appellation, brevet, modèle, type, origine ou producteur n’est exigé, sauf "
                    "s’il n’existe aucun autre moyen précis de décrire le besoin, et alors avec "
                    "la mention « ou équivalent »."
                ),
            },
            PROOF,
        ),
        Pack(
            "uk",
            "2026-11-22",
            {"en": "United Kingdom", "fr": "Royaume-Uni"},
            {
                "en": "Procurement Act 2023, section 56",
                "fr": "Procurement Act 2023 (Royaume-Uni), article 56",
            },
            {
                "en": (
                    "Requirements refer to performance or function where they can. A tender that "
                    "satisfies an equivalent standard from another state, territory or "
                    "organisation is treated as having satisfied the standard named, and one "
                    "that shows equivalent quality or performance is not disadvantaged."
                ),
                "fr": (
                    "Les exigences visent les performances ou les fonctions chaque fois que "
                    "possible. Une offre satisfaisant à une norme équivalente d’un autre État, "
                    "territoire ou organisme est réputée satisfaire à la norme citée, et celle "
                    "qui démontre une qualité ou des performances équivalentes n’est pas "
                    "désavantagée."
                ),
            },
            PROOF,
        ),
        Pack(
            "india",
            "2026-11-22",
            {"en": "India", "fr": "Inde"},
            {
                "en": "General Financial Rules 2017, Rule 144",
                "fr": "General Financial Rules 2017 (Inde), règle 144",
            },
            {
                "en": (
                    "The specification states the need in terms of quality and function, without "
                    "superfluous features and without a brand. Where a standard or, for want of "
                    "another description, a brand is named, an equivalent is accepted."
                ),
                "fr": (
                    "La spécification exprime le besoin en qualité et en fonctions, sans "
                    "caractéristique superflue ni marque. Lorsqu’une norme ou, faute d’autre "
                    "description, une marque est citée, un équivalent est accepté."
                ),
            },
            PROOF,
        ),
        Pack(
            "worldbank",
            "2026-11-22",
            {"en": "World Bank financed", "fr": "Financement de la Banque mondiale"},
            {
                "en": "World Bank Procurement Regulations for IPF Borrowers",
                "fr": "règlement de passation des marchés de la Banque mondiale pour les "
                "emprunteurs (FPI)",
            },
            {
                "en": (
                    "Standards promote the broadest possible competition. Brand names and "
                    "catalogue numbers are avoided; where one cannot be, or a national standard "
                    "is named, “or equivalent” follows, and substantially equivalent offers are "
                    "accepted."
                ),
                "fr": (
                    "Les normes favorisent la concurrence la plus large. Les marques et numéros "
                    "de catalogue sont évités ; lorsque c’est impossible, ou lorsqu’une norme "
                    "nationale est citée, la mention « ou équivalent » suit, et les offres "
                    "substantiellement équivalentes sont acceptées."
                ),
            },
            PROOF,
        ),
    )
}


def pack(key: str) -> Pack:
    """The pack of a law; the neutral one for a law that none covers."""
    return PACKS.get(key, PACKS["neutral"])
