"""What each scorer says about samples that people can judge by eye, and how many near duplicates are found."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.curation import exact_duplicate, form, grounding, near_duplicate, round_trip, scorers
from processors.curation.sample import Sample
from processors.curation.words import numbers, stem, words

PASSAGE = (
    "The intake filter is a steel mesh that keeps gravel out of the pump. Clean the filter every 40 operating hours. "
    "A blocked filter raises the motor current above 6.5 amperes and trips the breaker."
)


def sample(question: str, answer: str, passage: str = PASSAGE, name: str = "s1", **changes: object) -> Sample:
    start = passage.find(answer)
    at = (1000 + start, 1000 + start + len(answer)) if start >= 0 else (1000, 1000 + len(answer))
    made = Sample(
        sample_id=name, batch_id="b", question=question, answer=answer, quote=answer, document_id="d", section_id="s",
        chunk_id="c", passage=passage, span=passage[at[0] - 1000 : at[1] - 1000], passage_start=1000,
        passage_end=1000 + len(passage), answer_start=at[0], answer_end=at[1],
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


GOOD = sample("How often must the filter be cleaned?", "every 40 operating hours")


class TestGrounding:
    def test_a_verbatim_answer_with_the_passage_s_words_scores_one(self) -> None:
        assert grounding.score(GOOD).value == 1.0

    def test_a_quote_at_the_span_grounds_an_answer_in_other_words(self) -> None:
        assert grounding.score(replace(GOOD, answer="40 hours operating")).value == 1.0
        told = grounding.score(replace(GOOD, answer="each 40 hours"))
        assert (told.value, told.detail) == (0.75, {"answer_words": ["each"]})

    def test_an_invented_number_costs_everything_it_is_worth(self) -> None:
        score = grounding.score(replace(GOOD, question="How often must the filter be cleaned after 2019?"))
        assert score.value == pytest.approx(0.5)
        assert score.detail == {"numbers": ["2019"]}

    def test_a_wrong_offset_is_worth_half_and_an_absent_answer_nothing(self) -> None:
        assert grounding.score(replace(GOOD, span="y 40 operating hours.")).value == 0.5
        assert grounding.score(replace(GOOD, answer="twice a year", quote="")).value == 0.0

    def test_a_span_outside_the_passage_is_not_grounded_by_its_offsets(self) -> None:
        assert grounding.score(replace(GOOD, passage_start=0, passage_end=900)).value == 0.5

    def test_strange_words_in_the_question_lower_the_value(self) -> None:
        odd = replace(GOOD, question="How often must the turbine gearbox be lubricated?")
        assert grounding.score(odd).value == pytest.approx(0.6)
        assert grounding.score(odd).detail["words"] == ["gearbox", "lubricat", "turbin"]


class TestRoundTrip:
    OTHER = "The pump housing is cast iron. Paint it every second year to keep rust away."

    def test_a_question_that_leads_home_scores_one(self) -> None:
        passages = round_trip.Passages([PASSAGE, self.OTHER])
        assert round_trip.score(GOOD, passages).value == 1.0

    def test_a_question_that_fits_another_passage_better_loses_its_rank(self) -> None:
        passages = round_trip.Passages([PASSAGE, self.OTHER])
        astray = replace(GOOD, question="How often is the pump housing painted against rust?")
        score = round_trip.score(astray, passages)
        assert score.detail["rank"] == 2 and score.value <= 0.75

    def test_identical_passages_are_one(self) -> None:
        passages = round_trip.Passages([PASSAGE, PASSAGE.upper(), self.OTHER])
        assert passages.rank(GOOD.question, PASSAGE) == 1

    def test_a_question_that_another_sentence_answers_is_not_unique(self) -> None:
        passages = round_trip.Passages([PASSAGE])
        wrong = replace(GOOD, question="What trips the breaker and raises the motor current?")
        assert round_trip.score(wrong, passages).detail == {"sentence": "another fits better"}

    def test_no_common_word_is_no_trip(self) -> None:
        passages = round_trip.Passages([PASSAGE])
        assert round_trip.score(replace(GOOD, question="Who?"), passages).detail["rank"] == 0

    @given(st.lists(st.text("abcde ", min_size=1, max_size=30), max_size=8), st.text("abcde ", max_size=20))
    def test_ranks_are_places(self, texts: list[str], question: str) -> None:
        passages = round_trip.Passages(texts)
        ranks = [passages.rank(question, text) for text in texts]
        assert all(0 <= rank <= len(texts) for rank in ranks)


class TestForm:
    def test_a_sound_sample_passes(self) -> None:
        assert form.score(GOOD).value == 1.0

    @pytest.mark.parametrize(
        ("changes", "failed"),
        [
            ({"question": "Why?"}, "question of 3 to 80 words"),
            ({"answer": ""}, "answer of 1 to 60 words"),
            ({"answer": "every\ufffd hour"}, "no unreadable characters"),
            ({"answer": "every hour "}, "answer without surrounding space"),
            ({"question": "Is it every 40 operating hours, or less?"}, "question does not give the answer away"),
        ],
    )
    def test_each_check_can_fail(self, changes: dict[str, str], failed: str) -> None:
        score = form.score(replace(GOOD, **changes))  # type: ignore[arg-type]
        assert failed in score.detail["failed"]  # type: ignore[operator]
        assert score.value < 1


class TestDuplicates:
    def test_a_repeat_names_the_first_one(self) -> None:
        again = replace(GOOD, sample_id="s2", question="how often must the FILTER be cleaned ?")
        other = replace(GOOD, sample_id="s3", answer="every 41 operating hours")
        found = {score.sample_id: score for score in exact_duplicate.score([GOOD, again, other])}
        assert [found[name].value for name in ("s1", "s2", "s3")] == [0.0, 1.0, 0.0]
        assert found["s2"].detail == {"match": "s1"}

    def test_a_near_repeat_names_the_closest_and_its_exact_similarity(self) -> None:
        near = replace(GOOD, sample_id="s2", question="How often must the filter be cleaned out?")
        scores = list(near_duplicate.score([GOOD, near]))
        expected = near_duplicate.jaccard(
            near_duplicate.shingles(f"{GOOD.question}\n{GOOD.answer}"),
            near_duplicate.shingles(f"{near.question}\n{near.answer}"),
        )
        assert (scores[0].value, scores[1].value) == (0.0, pytest.approx(expected, abs=1e-6))
        assert 0.5 < expected < 1 and scores[1].detail == {"match": "s1"}

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.text("ab ", max_size=12), max_size=12))
    def test_a_value_is_the_true_maximum_or_below_what_is_looked_for(self, texts: list[str]) -> None:
        sets = [near_duplicate.shingles(text) for text in texts]
        for position, (value, match) in enumerate(near_duplicate.nearest(texts)):
            true = max((near_duplicate.jaccard(sets[position], other) for other in sets[:position]), default=0.0)
            assert value == true or true < 0.7
            assert match == -1 if value == 0 else match < position

    def test_recall_and_precision_on_edited_texts(self) -> None:
        rng = random.Random(7)
        vocabulary = [f"w{number}" for number in range(4000)]
        originals = [[rng.choice(vocabulary) for _ in range(100)] for _ in range(400)]
        for share, recall in ((0.02, 0.99), (0.05, 0.90)):
            edited = [[rng.choice(vocabulary) if rng.random() < share else w for w in text] for text in originals]
            texts = [" ".join(text) for text in (*originals, *edited)]
            found = list(near_duplicate.nearest(texts))
            assert all(value < 0.5 for value, _ in found[:400])
            hits = [match == number for number, (value, match) in enumerate(found[400:]) if value >= 0.5]
            assert len(hits) / 400 >= recall
            assert all(hits)


def test_the_version_of_a_score_names_what_it_depends_on() -> None:
    one, two = scorers.versions(["s1"]), scorers.versions(["s1", "s2"])
    assert one["grounding"] == two["grounding"] and one["round_trip"] == two["round_trip"]
    assert one["duplicate"] != two["duplicate"]
    assert scorers.versions(["s2", "s1"]) == two


def test_words_and_numbers() -> None:
    assert words("It's 1,000.5 kW, e.g. Ｆｕｌｌ-width") == ["it's", "1,000.5", "kw", "e.g", "full", "width"]
    assert numbers("1,000 units, 6.5 A, 2019") == ["1000", "6.5", "2019"]
    assert len({stem(word) for word in ("pump", "pumps", "pumped", "pumping")}) == 1
    assert len({stem(word) for word in ("trip", "trips", "tripped", "tripping")}) == 1
    assert len({stem(word) for word in ("battery", "batteries")}) == 1
