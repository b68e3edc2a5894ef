"""The fixed words of an annex, in each language it can be written in.

Not gettext: an annex is in the language of the tender, whoever exports it.
"""

from tenders.legal_clauses import pack, proof
from tenders.neutrality import OTHER_PROOF, REQUIRED

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "annex": "Annex: requirements",
        "draft": "DRAFT. Not published; the text may still change.",
        "lot": "Lot",
        "lot_title": "Lot {number}: {title}",
        "no_products": "This lot is not about products.",
        "each": "{places} (each of them)",
        "any": "{places} (at least one of them)",
        "colon": ":",
        "how": "How to read and answer",
        "definitions": "Definitions",
        "requirements": "Requirements",
        "schedule": "Evidence schedule",
        "clause": "Equivalence",
        "form": "Form for proof by an equivalent",
        "sources": "Sources",
        "record": "Record",
        "ref": "Ref",
        "requirement": "Requirement",
        "obligation": "Obligation",
        "evidence": "Evidence to be supplied",
        "response": "Response",
        "proof": "Reference to proof",
        "must": "Must",
        "should": "Should",
        "may": "May",
        "weight": "weight {weight}",
        "least": "At least {level}",
        "present": "Must be present: “not applicable” does not meet it.",
        "reason": "Why it is asked for: {reason}",
        "no_reason": "DRAFT: the reason is still to be given.",
        "own": "In the buyer’s own words",
        "facts": "What the product is",
        "cited": "Standard: {cite}.",
        "accepted": "Accepted instead: {cite}.",
        "named": "Standard",
        "instead": "Accepted instead",
        "asked_why": "Why it is asked for",
        "complies": "complies",
        "equivalent": "complies by an equivalent",
        "partly": "partly",
        "not": "does not",
        "al1": "AL1 declared",
        "al2": "AL2 evidence on file",
        "al3": "AL3 verified",
        "al4": "AL4 certified",
        "assurance": "Assurance",
        "counts": "What counts",
        "issuer": "Who may issue it",
        "age": "How old it may be",
        "offered": "Standard or proof offered instead",
        "why": "Why it is equivalent",
        "documents": "Documents, with pages",
        "standard": "Standard and edition",
        "publisher": "Publisher",
        "date": "Date",
        "licence": "Licence and notice",
        "reference": "Reference",
        "title": "Title",
        "buyer": "Buyer",
        "version": "Version",
        "replaces": "Replaces",
        "because": "Why it was changed",
        "countries": "Countries of use",
        "languages": "Languages of use",
        "of_the_call": "Documents of the call",
        "time": "Published",
        "changed": "As of",
        "digest": "Digest (SHA-256)",
        "address": "Address to verify",
        "signed": "Signed by",
        "wording": "Wording",
        "bidder": "Bidder",
        "solution": "Solution and release offered",
        "price": "Price, lot {number}",
        "currency": "Currency, lot {number}",
        "amounts": "Write prices without a sign between thousands, such as 1234.50.",
        "instructions": "Instructions",
        "asked": "What is asked",
        "term": "Term",
        "meaning": "Meaning",
        "award": "Award criteria",
        "criterion": "Criterion",
        "scored": "How it is scored",
        "points": "Points",
        "together": "Together",
        "scores": "What the scores mean",
        "score": "Score",
        "example": "A row that was answered, as an example",
        "sample": "Text can be enlarged to twice its size, and nothing of it is lost.",
        "sample_proof": "Test report of 4 May 2026, page 12; enclosed as document 3",
        "reasons": "Why these are asked for, where a row says nothing else: {reason}",
        "price_form": "Price and signature",
        "prices": "Price of each lot, without tax",
        "covers": "What the price is for",
        "money": "Currency",
        "amount": "Price",
        "holds": "This bid holds for {days} after bids close.",
        "signing": "Signed for the bidder",
        "who": "Bidder and register number",
        "product": "Product and release offered",
        "signatory": "Name and role of who signs",
        "place_date": "Place and date",
        "signature": "Signature and stamp, or a qualified electronic signature on the file",
        "contents": "Contents",
    },
    "fr": {
        "annex": "Annexe : exigences",
        "draft": "PROJET. Non publié ; le texte peut encore changer.",
        "lot": "Lot",
        "lot_title": "Lot {number} : {title}",
        "no_products": "Ce lot ne porte pas sur des produits.",
        "each": "{places} (chacun)",
        "any": "{places} (au moins un)",
        "colon": " :",
        "how": "Comment lire et répondre",
        "definitions": "Définitions",
        "requirements": "Exigences",
        "schedule": "Tableau des preuves",
        "clause": "Équivalence",
        "form": "Formulaire de preuve par équivalent",
        "sources": "Sources",
        "record": "Enregistrement",
        "ref": "Réf.",
        "requirement": "Exigence",
        "obligation": "Obligation",
        "evidence": "Preuves à fournir",
        "response": "Réponse",
        "proof": "Référence de la preuve",
        "must": "Obligatoire",
        "should": "Noté",
        "may": "Facultatif",
        "weight": "poids {weight}",
        "least": "Au moins {level}",
        "present": "Doit être présent : « sans objet » ne suffit pas.",
        "reason": "Pourquoi c’est demandé : {reason}",
        "no_reason": "PROJET : le motif reste à indiquer.",
        "own": "Dans les termes de l’acheteur",
        "facts": "Ce qu’est le produit",
        "cited": "Norme : {cite}.",
        "accepted": "Accepté à la place : {cite}.",
        "named": "Norme",
        "instead": "Accepté à la place",
        "asked_why": "Pourquoi c’est demandé",
        "complies": "conforme",
        "equivalent": "conforme par un équivalent",
        "partly": "en partie",
        "not": "non conforme",
        "al1": "AL1 déclaré",
        "al2": "AL2 preuves au dossier",
        "al3": "AL3 vérifié",
        "al4": "AL4 certifié",
        "assurance": "Assurance",
        "counts": "Ce qui est accepté",
        "issuer": "Qui peut l’établir",
        "age": "Ancienneté admise",
        "offered": "Norme ou preuve proposée à la place",
        "why": "Pourquoi elle est équivalente",
        "documents": "Documents, avec les pages",
        "standard": "Norme et édition",
        "publisher": "Éditeur",
        "date": "Date",
        "licence": "Licence et mention",
        "reference": "Référence",
        "title": "Intitulé",
        "buyer": "Acheteur",
        "version": "Version",
        "replaces": "Remplace",
        "because": "Motif de la modification",
        "countries": "Pays d’utilisation",
        "languages": "Langues d’utilisation",
        "of_the_call": "Documents de la consultation",
        "time": "Publié",
        "changed": "État au",
        "digest": "Empreinte (SHA-256)",
        "address": "Adresse de vérification",
        "signed": "Signé par",
        "wording": "Formulation",
        "bidder": "Soumissionnaire",
        "solution": "Solution et version proposées",
        "price": "Prix, lot {number}",
        "currency": "Monnaie, lot {number}",
        "amounts": "Écrivez les prix sans signe entre les milliers, comme 1234,50.",
        "instructions": "Instructions",
        "asked": "Ce qui est demandé",
        "term": "Terme",
        "meaning": "Sens",
        "award": "Critères d’attribution",
        "criterion": "Critère",
        "scored": "Comment il est noté",
        "points": "Points",
        "together": "Ensemble",
        "scores": "Ce que les notes veulent dire",
        "score": "Note",
        "example": "Une ligne remplie, à titre d’exemple",
        "sample": "Le texte peut être agrandi au double de sa taille sans que rien ne se perde.",
        "sample_proof": "Rapport d’essai du 4 mai 2026, page 12 ; joint, document 3",
        "reasons": "Pourquoi c’est demandé, sauf autre motif dans la ligne : {reason}",
        "price_form": "Prix et signature",
        "prices": "Prix de chaque lot, hors taxes",
        "covers": "Ce que couvre le prix",
        "money": "Monnaie",
        "amount": "Prix",
        "holds": "Cette offre est valable {days} après la date limite des offres.",
        "signing": "Signé pour le soumissionnaire",
        "who": "Soumissionnaire et numéro d’immatriculation",
        "product": "Produit et version proposés",
        "signatory": "Nom et qualité du signataire",
        "place_date": "Lieu et date",
        "signature": "Signature et cachet, ou signature électronique qualifiée sur le fichier",
        "contents": "Sommaire",
    },
}

HOW = {
    "en": (
        "Each row is one requirement. Its reference, such as L1-001, is the same in every format "
        "of this annex. Keep it in your answer.",
        "Must: an offer that meets neither the requirement nor its equivalent is not considered. "
        "Should: earns points as the award criteria of its lot say. May: for information.",
        "Response: write one of these: complies · complies by an equivalent · partly · does not.",
        "Reference to proof: name the document and page, or the public address and the date.",
        "The least assurance says how much proof is asked; the evidence schedule says what counts. "
        "Equivalent proof is always accepted: use the form at the end.",
    ),
    "fr": (
        "Chaque ligne est une exigence. Sa référence, par exemple L1-001, est la même dans tous "
        "les formats de cette annexe. Conservez-la dans votre réponse.",
        "Obligatoire : une offre qui ne satisfait ni à l’exigence ni à son équivalent n’est pas "
        "retenue. Noté : obtient des points selon les critères d’attribution du lot. Facultatif : "
        "pour information.",
        "Réponse : écrivez l’une de ces mentions : conforme · conforme par un équivalent · en "
        "partie · non conforme.",
        "Référence de la preuve : indiquez le document et la page, ou l’adresse publique et la "
        "date.",
        "L’assurance minimale dit quelle preuve est demandée ; le tableau des preuves dit ce qui "
        "est accepté. Une preuve équivalente est toujours admise : voir le formulaire à la fin.",
    ),
}

DEFINITIONS = {
    "en": (
        ("Requirement", "One thing this annex asks for, with its own reference."),
        ("Edition", "One dated version of a standard. Only the edition named is meant."),
        ("Solution", "The product offered, in the release that the bidder names."),
        ("Assurance", "How much proof stands behind an answer, from AL1 to AL4."),
        ("Equivalent", "Another standard, certificate or solution that serves the same purpose."),
        (
            "Technical dossier",
            "Documents of the manufacturer that show, point by point, how a requirement is met.",
        ),
    ),
    "fr": (
        ("Exigence", "Une chose que cette annexe demande, avec sa propre référence."),
        ("Édition", "Une version datée d’une norme. Seule l’édition citée est visée."),
        ("Solution", "Le produit proposé, dans la version que le soumissionnaire indique."),
        ("Assurance", "Le degré de preuve derrière une réponse, de AL1 à AL4."),
        ("Équivalent", "Une autre norme, un autre certificat ou une autre solution au même effet."),
        (
            "Dossier technique",
            "Documents du fabricant qui montrent, point par point, comment l’exigence est remplie.",
        ),
    ),
}

# By assurance: what counts, who may issue it, how old it may be.
SCHEDULE = {
    "en": {
        1: (
            "A declaration of conformity by a named signatory, or equivalent",
            "The bidder or the provider of the solution",
            "At most 12 months when bids close",
        ),
        2: (
            "A declaration and documents that show it, such as test results or policies, or "
            "equivalent",
            "The bidder, the provider or any third party",
            "In date when bids close; 12 months where no end is stated",
        ),
        3: (
            f"A verification of the requirement by an independent body, {OTHER_PROOF['en']}",
            "An auditor accredited for the edition, or an equivalent body of any country",
            "In force when bids close",
        ),
        4: (
            f"A certificate that covers the whole edition at its level, {OTHER_PROOF['en']}",
            "A body accredited for the edition, or an equivalent body of any country",
            "In force when bids close",
        ),
    },
    "fr": {
        1: (
            "Une déclaration de conformité d’un signataire nommé, ou équivalent",
            "Le soumissionnaire ou le fournisseur de la solution",
            "12 mois au plus à la date limite des offres",
        ),
        2: (
            "Une déclaration et des documents à l’appui, par exemple des résultats d’essai ou des "
            "politiques, ou équivalent",
            "Le soumissionnaire, le fournisseur ou tout tiers",
            "En cours de validité à la date limite ; 12 mois si aucune fin n’est indiquée",
        ),
        3: (
            f"Une vérification de l’exigence par un organisme indépendant, {OTHER_PROOF['fr']}",
            "Un auditeur accrédité pour l’édition, ou un organisme équivalent de tout pays",
            "En vigueur à la date limite des offres",
        ),
        4: (
            f"Un certificat couvrant toute l’édition à son niveau, {OTHER_PROOF['fr']}",
            "Un organisme accrédité pour l’édition, ou un organisme équivalent de tout pays",
            "En vigueur à la date limite des offres",
        ),
    },
}

CLAUSE = {
    "en": (
        "Wherever this annex names a standard, an edition, a level, a certificate, a label or a "
        "mark, the words “or equivalent” belong to it. A law has no equivalent: it is cited "
        f"“{REQUIRED['en']}”.",
        "An offer is not rejected because it follows something else than what is named, if the "
        "bidder proves by any appropriate means that it meets the requirement in an equivalent "
        "manner.",
    ),
    "fr": (
        "Partout où cette annexe cite une norme, une édition, un niveau, un certificat, un label "
        "ou une marque, la mention « ou équivalent » y est attachée. Une loi n’a pas "
        f"d’équivalent : elle est citée « {REQUIRED['fr']} ».",
        "Une offre n’est pas rejetée parce qu’elle suit autre chose que ce qui est cité, si le "
        "soumissionnaire prouve par tout moyen approprié qu’elle satisfait à l’exigence de manière "
        "équivalente.",
    ),
}
UNDER = {"en": "Written for purchases under {law}.", "fr": "Rédigé pour les achats selon : {law}."}
ADVICE = {
    "en": "This wording informs; it is not legal advice. Dated {dated}.",
    "fr": "Cette formulation informe ; elle n’est pas un avis juridique. Datée du {dated}.",
}


def clause(key: str, language: str) -> list[str]:
    """The equivalence clause of a wording pack, one string a paragraph."""
    chosen = pack(key)
    law = chosen.law[language]
    return [
        *CLAUSE[language],
        proof(chosen)[language],
        chosen.clause.words[language],
        *([UNDER[language].format(law=law)] if law else []),
        ADVICE[language].format(dated=chosen.dated.isoformat()),
    ]


def wording(key: str, language: str, levels: set[int]) -> dict[str, object]:
    """Every sentence of the annex that is not a requirement, as it is frozen at publication."""
    chosen = pack(key)
    return {
        "pack": chosen.key,
        "name": chosen.name[language],
        "dated": chosen.dated.isoformat(),
        "how": list(HOW[language]),
        "definitions": [list(pair) for pair in DEFINITIONS[language]],
        "schedule": [[level, *SCHEDULE[language][level]] for level in sorted(levels)],
        "clause": clause(key, language),
    }
