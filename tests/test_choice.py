"""Choice surveys: a published estimate, another library's, known worths found again, and every refusal."""

from __future__ import annotations

import numpy as np
import pandas
import pytest
import statsmodels.api as sm

from damages.errors import DamagesWarning
from damages.survey.choice import fit_choice, fit_mixed
from damages.survey.survey import SurveyError, choice_data
from damages.survey.synthetic import simulated_choices
from damages.survey.worth import worths

ATTRIBUTES = ["privacy", "analytics", "none"]


@pytest.fixture(scope="module")
def survey():
    return choice_data(simulated_choices(respondents=200, seed=4), ATTRIBUTES)


@pytest.fixture(scope="module")
def model(survey):
    return fit_choice(survey)


def travel_modes():
    """Greene's travel modes, 210 people and four modes, as statsmodels ships them, with his regressors."""
    taken = sm.datasets.modechoice.load_pandas().data
    frame = pandas.DataFrame({"respondent": taken["individual"], "task": 0, "alternative": taken["mode"]})
    frame["chosen"], frame["price"], frame["terminal_time"] = taken["choice"], taken["gc"], taken["ttme"]
    for name, mode in (("air", 1), ("train", 2), ("bus", 3)):
        frame[name] = (taken["mode"] == mode).astype(int)
    return frame.assign(income_air=taken["hinc"] * frame["air"])


def test_greenes_travel_modes_to_the_prints_rounding():
    """Greene, Econometric Analysis, conditional logit example: price is generalised cost."""
    found = fit_choice(choice_data(travel_modes(), ["terminal_time", "income_air", "air", "train", "bus"]))
    published = [-0.01550, -0.09612, 0.01329, 5.2074, 3.8690, 3.1632]
    for ours, printed, places in zip(found.coefficients, published, [5, 5, 5, 4, 4, 4], strict=True):
        assert abs(ours - printed) <= 0.5 * 10**-places + 1e-5 * abs(printed), (ours, printed)
    assert round(found.log_likelihood, 3) == -199.128
    assert (found.respondents, found.tasks) == (210, 210)


def test_another_library_says_the_same():
    survey = choice_data(simulated_choices(80, 4, seed=4), ATTRIBUTES)
    model = fit_choice(survey)
    theirs = sm.ConditionalLogit(survey.chosen, survey.x, groups=survey.task).fit(disp=0)
    np.testing.assert_allclose(model.coefficients, theirs.params, rtol=2e-3, atol=1e-5)
    assert model.log_likelihood == pytest.approx(theirs.llf, abs=1e-4)


def test_clustered_errors_against_a_slow_sandwich(survey, model):
    """Scores and information summed task by task in plain loops."""
    size, scores = len(survey.attributes), {}
    information = np.zeros((size, size))
    for task in range(survey.tasks):
        rows = np.flatnonzero(survey.task == task)
        x, utility = survey.x[rows], survey.x[rows] @ model.coefficients
        chance = np.exp(utility) / np.exp(utility).sum()
        centred = x - chance @ x
        information += (centred.T * chance) @ centred
        who = int(survey.respondent[rows[0]])
        scores[who] = scores.get(who, 0) + (survey.chosen[rows] - chance) @ x
    meat = sum(np.outer(score, score) for score in scores.values()) * len(scores) / (len(scores) - 1)
    bread = np.linalg.inv(information)
    np.testing.assert_allclose(model.covariance, bread @ meat @ bread, rtol=1e-9)


@pytest.mark.slow
def test_known_parameters_are_found_again():
    """Over forty surveys the estimates scatter around the truth as widely as their errors say."""
    truth = np.array([-0.08, 0.48, 0.32, -2.2])
    fits = [fit_choice(choice_data(simulated_choices(120, seed=seed), ATTRIBUTES)) for seed in range(1000, 1040)]
    off = np.array([(fit.coefficients - truth) / fit.standard_errors for fit in fits])
    assert np.all(np.abs(off.mean(axis=0)) < 4 / 40**0.5)
    assert 0.85 < np.sqrt((off**2).mean()) < 1.15


def test_answers_of_one_person_that_hang_together_need_clusters():
    """Where tastes differ, a person's answers are not independent: the clustered error is larger, and right to be."""
    alike, different = (
        fit_choice(choice_data(simulated_choices(200, 8, seed=6, spread_usd=spread), ATTRIBUTES)) for spread in (0, 15)
    )
    assert different.standard_errors[1] > 1.3 * alike.standard_errors[1]


def test_three_intervals_of_a_known_worth(survey, model):
    privacy, analytics = worths(survey, model, ["privacy", "analytics"], resamples=100)
    assert privacy.survey == "simulated survey"
    for found, truth in ((privacy, 6.0), (analytics, 4.0)):
        assert abs(found.usd - truth) < 4 * found.standard_error
        widths = [high - low for low, high in (found.delta, found.krinsky_robb, found.bootstrap)]
        np.testing.assert_allclose(widths, 2 * 1.96 * found.standard_error, rtol=0.25)
        assert all(low < found.usd < high for low, high in (found.delta, found.krinsky_robb, found.bootstrap))
        assert found.notes == ()
    assert privacy.draws.shape == (10_000,)


def test_one_seed_gives_the_same_worth(survey, model):
    first, again, other = (worths(survey, model, ["privacy"], 500, 10, seed)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.draws, again.draws)
    assert first.bootstrap == again.bootstrap != other.bootstrap


def test_a_person_drawn_twice_weighs_twice(survey):
    """The bootstrap's weights against a survey in which these people really answer twice."""
    from damages.survey.choice import estimated

    frame = simulated_choices(60, 4, seed=1)
    weights = np.where(np.arange(60) < 20, 2.0, np.where(np.arange(60) < 40, 1.0, 0.0))
    data = choice_data(frame, ATTRIBUTES)
    twice = frame[frame["respondent"] < 20].assign(respondent=lambda rows: rows["respondent"] + 1_000)
    copied = choice_data(pandas.concat([frame[frame["respondent"] < 40], twice]), ATTRIBUTES)
    np.testing.assert_allclose(
        estimated(data, weights[data.respondent]).coeff_, estimated(copied).coeff_, rtol=1e-3, atol=1e-5
    )


def test_simulated_choices_keep_their_seed():
    first, again, other = (simulated_choices(20, 3, seed) for seed in (0, 0, 1))
    assert first.equals(again)
    assert not first.equals(other)
    assert first.groupby(["respondent", "task"])["chosen"].sum().eq(1).all()


@pytest.mark.slow
def test_mixed_logit_finds_the_spread_between_people():
    data = choice_data(simulated_choices(400, 8, seed=2, spread_usd=10.0), ATTRIBUTES)
    found = fit_mixed(data, "privacy", draws=200)
    assert abs(found.mean_usd - 6.0) < 3 * found.mean_error
    assert abs(found.spread_usd - 10.0) < 3 * found.spread_error
    assert found.spread_error < 2
    assert found.log_likelihood > fit_choice(data).log_likelihood + 5
    assert found.share_below_zero == pytest.approx(0.274, abs=0.08)
    assert found == fit_mixed(data, "privacy", draws=200)


# what no worth follows from


def broken(change):
    frame = simulated_choices(60, 4, seed=1)
    return change(frame)


def drop_column(frame):
    return frame.drop(columns="privacy").rename(columns={"analytics": "privacy_"})


def test_unbalanced_tasks_warn_and_are_estimated():
    frame = simulated_choices(60, 4, seed=1)
    lost = frame[(frame["task"] == 0) & (frame["alternative"] == 1) & (frame["chosen"] == 0)].index
    with pytest.warns(
        DamagesWarning, match=rf"not balanced: {len(lost)} with 3, {240 - len(lost)} with 4 alternatives"
    ):
        data = choice_data(frame.drop(lost), ATTRIBUTES)
    theirs = sm.ConditionalLogit(data.chosen, data.x, groups=data.task).fit(disp=0)
    np.testing.assert_allclose(fit_choice(data).coefficients, theirs.params, rtol=5e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop_column, r"the survey has no column privacy, analytics\. Did you mean privacy_\?"),
        (
            lambda f: f.assign(privacy=f["privacy"].where(f.index != 3)),
            "the survey has an empty cell in the column privacy.",
        ),
        (lambda f: f.assign(privacy="high"), "contains something that is not a number: .*high"),
        (lambda f: f[f["chosen"] == 1], r"240 tasks offer one alternative only: .*Give each at least two"),
        (
            lambda f: f.assign(chosen=f["chosen"].where(f["respondent"] > 0, 0)),
            "4 tasks have no choice or several; `chosen` is 1",
        ),
        (lambda f: f.assign(chosen=1), "240 tasks have no choice or several"),
        (lambda f: f.assign(analytics=f["task"]), "analytics never differs between the alternatives of a task"),
        (lambda f: f.assign(analytics=2 * f["privacy"]), "always occur together.*Leave one of them out"),
        (
            lambda f: f.assign(privacy=f["chosen"]),
            r"privacy.* explain choices without exception \(perfect separation\), so their worth has no limit",
        ),
        (
            lambda f: f[f.groupby(["respondent", "task"])["chosen"].transform("size") == 4][
                ~f.set_index(["respondent", "task"]).index.isin(
                    f[(f["none"] == 1) & (f["chosen"] == 1)].set_index(["respondent", "task"]).index
                )
            ],
            r"^none explain choices without exception",
        ),
    ],
)
def test_surveys_that_say_nothing(change, words):
    with pytest.raises(SurveyError, match=words):
        choice_data(broken(change), ATTRIBUTES)


def test_a_price_that_people_seem_to_like():
    data = choice_data(simulated_choices(150, 8, seed=1, price=0.03), ATTRIBUTES)
    model = fit_choice(data)
    words = r"the price coefficient is 0\.0\d+: respondents seem to prefer higher prices.* Check the sign and the unit"
    with pytest.raises(SurveyError, match=words):
        worths(data, model, ["privacy"])
    with pytest.raises(SurveyError, match=words):
        fit_mixed(data, "privacy", draws=20)


def test_an_attribute_that_is_not_there(survey, model):
    with pytest.raises(SurveyError, match=r"privcy is not an attribute of the survey\. Did you mean privacy\?"):
        worths(survey, model, ["privcy"])
    with pytest.raises(SurveyError, match="price is not an attribute"):
        fit_mixed(survey, "price")


def test_a_worth_below_zero_is_noted():
    data = choice_data(simulated_choices(100, seed=1, worth_usd={"privacy": -8.0, "analytics": 4.0}), ATTRIBUTES)
    found, other = worths(data, fit_choice(data), ["privacy", "analytics"], 100, 5)
    assert found.usd < 0
    assert found.notes == ("the worth of privacy is below zero: people would pay to be without it",)
    assert other.notes == ()


def test_a_worth_without_bounds_is_noted():
    data = choice_data(
        simulated_choices(40, 2, seed=3, price=-0.004, worth_usd={"privacy": 6.0, "analytics": 4.0}), ATTRIBUTES
    )
    model = fit_choice(data)
    assert 0 < model.utility_of_a_dollar < 1.96 * model.standard_errors[0]
    notes = worths(data, model, ["privacy"], 100, 5)[0].notes
    assert "the price effect is not significantly different from zero, so willingness to pay has no bounds" in notes
