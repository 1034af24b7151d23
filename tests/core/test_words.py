"""Words of a text with their places."""

from mailbot.core.reading.words import MAIL, PHONE, fold, sentences


def read(text: str) -> list[tuple[str, ...]]:
    return [one.words for one in sentences(text, [(0, len(text))], "text")]


def test_accents_capitals_and_broken_encodings_make_no_difference() -> None:
    assert fold("DONNÉES") == fold("donne\u0301es") == fold("donnÃ©es") == "donnees"


def test_places_count_code_points_of_the_text_as_given() -> None:
    text = "Œuvre 😀 ﬁn. Effacez-moi"
    last = list(sentences(text, [(0, len(text))], "text"))[-1]
    assert text[last.starts[0] : last.ends[-1]] == "Effacez-moi"


def test_a_line_broken_by_the_mail_program_stays_one_sentence() -> None:
    assert len(read("Merci de bien vouloir supprimer de vos fichiers toutes les\ndonnées me concernant.")) == 1


def test_an_abbreviation_ends_no_sentence() -> None:
    assert len(read("Le contact est M. Roux pour le site.")) == 1


def test_the_items_of_a_list_carry_the_line_that_introduces_it() -> None:
    found = list(sentences("Je m'oppose :\n- aux appels\n- aux photos", [(0, 38)], "text"))
    assert [one.words[:3] for one in found] == [("je", "m", "oppose")] * 3


def test_words_quoted_in_the_line_that_introduces_a_list_stay_quoted_in_its_items() -> None:
    text = 'Vous écrivez "la suppression de mon compte", non :\n- corrigez mon nom'
    item = list(sentences(text, [(0, len(text))], "text"))[-1]
    assert "suppression" in {item.words[place] for place in item.cited}
    assert "corrigez" not in {item.words[place] for place in item.cited}


def test_boxes_left_empty_in_a_form_are_not_read() -> None:
    assert read("[x] accès\n[ ] effacement") == [(",", "x", ",", "acces")] or all(
        "effacement" not in w for w in read("[x] accès\n[ ] effacement")
    )


def test_addresses_and_numbers_are_known_in_any_notation() -> None:
    for number in (
        "06 39 98 17 09",
        "0639981709",
        "06.39.98.17.09",
        "+49 30 23125 118",
        "(0)4 65 71 20 18",
        "600 00 18 44",
    ):
        assert PHONE in read(f"mon numéro {number} merci")[0], number
    assert MAIL in read("écrivez à a.b-c@exemple.fr")[0]


def test_a_date_or_an_amount_is_no_number_to_call() -> None:
    assert all(PHONE not in words for words in read("le 12/03/2024, 1 248,00 € et 12.03.2024"))


def test_short_quotations_are_names_and_long_ones_are_the_words_of_others() -> None:
    text = 'Il écrit "effacez toutes mes données" à "Martin".'
    cited = next(iter(sentences(text, [(0, len(text))], "text"))).cited
    words = read(text)[0]
    assert {words[place] for place in cited} == {"effacez", "toutes", "mes", "donnees"}
