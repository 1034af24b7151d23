"""The persons who are always in the sample client database, so that mails and tests can speak of them.

Phones are of the ranges kept for fiction, domains end in .example.

| key | who | mail | particular |
|---|---|---|---|
| contact:1 | Claire Dupont | claire.dupont@moulin-bleu.example | contract running, subscribed, has an account |
| contact:2 | Jean Martin | jean.martin@ateliers-vernet.example | homonym of the next |
| contact:3 | Jean Martin | j.martin@transports-lacaze.example | |
| contact:4, 5, 6 | Sophie Bernard | sophie.bernard@bernard-conseil.example | one person, three companies |
| contact:7 | Emma Taylor | emma.taylor@northgate.example | speaks English |
| contact:8, contact:9 | Luc Moreau, Nadia Benali | contact@garage-du-port.example | one shared mailbox |
| contact:10, 11, 12 | Paul Girard, Hélène Faure, Marc Roussel | see PERSONS | contract ended 1, 4 and 6 years ago |
| contact:13 | Zoé Lefèvre | " Zoe.Lefevre@Atelier-Zoe.example " | stored in an odd notation |
| contact:14 | Karim Haddad | karim.haddad@haddad-freres.example | changed 10 days ago |
| contact:15 | Inès Caron | ines.caron@caron-traiteur.example | has unsubscribed |
| contact:16 | Denis Perrot | denis.perrot@perrot-menuiserie.example | processing restricted |
| site:1 | Michel Garnier | none | in charge of a site of Moulin Bleu, known by phone only |
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """One person who is always in the sample; `company` is the number of the client."""

    first_name: str
    last_name: str
    email: str
    phone: str
    company: int
    language: str = "fr"


PERSONS = (
    Known("Claire", "Dupont", "claire.dupont@moulin-bleu.example", "04 65 71 00 01", 1),
    Known("Jean", "Martin", "jean.martin@ateliers-vernet.example", "04 65 71 00 02", 2),
    Known("Jean", "Martin", "j.martin@transports-lacaze.example", "04.65.71.00.03", 3),
    Known("Sophie", "Bernard", "sophie.bernard@bernard-conseil.example", "01 99 00 00 04", 4),
    Known("Sophie", "Bernard", "sophie.bernard@bernard-conseil.example", "01 99 00 00 04", 5),
    Known("Sophie", "Bernard", "sophie.bernard@bernard-conseil.example", "01 99 00 00 04", 6),
    Known("Emma", "Taylor", "emma.taylor@northgate.example", "+44 20 7946 0007", 7, "en"),
    Known("Luc", "Moreau", "contact@garage-du-port.example", "04 65 71 00 08", 8),
    Known("Nadia", "Benali", "contact@garage-du-port.example", "04 65 71 00 08", 8),
    Known("Paul", "Girard", "paul.girard@girard-optique.example", "03 53 01 00 10", 9),
    Known("Hélène", "Faure", "helene.faure@faure-imprimerie.example", "03 53 01 00 11", 10),
    Known("Marc", "Roussel", "marc.roussel@roussel-et-fils.example", "03 53 01 00 12", 11),
    Known("Zoé", "Lefèvre", " Zoe.Lefevre@Atelier-Zoe.example ", "0465710013", 12),
    Known("Karim", "Haddad", "karim.haddad@haddad-freres.example", "+33 4 65 71 00 14", 13),
    Known("Inès", "Caron", "ines.caron@caron-traiteur.example", "04 65 71 00 15", 14),
    Known("Denis", "Perrot", "denis.perrot@perrot-menuiserie.example", "04 65 71 00 16", 15),
)
"""contact:1 to contact:16, in this order."""
SITE_MANAGER = Known("Michel", "Garnier", "", "04 65 71 01 01", 1)
"""site:1, without any mail address."""
