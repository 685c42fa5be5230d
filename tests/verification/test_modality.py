"""Tests of `assistant.verification.modality`."""

import pytest
from hypothesis import given

from assistant.verification.modality import overstated
from tests.verification.texts import prose

OVERSTATED = [
    ("The town will build a second pool.", "The town may build a second pool."),
    ("The town is building a second pool.", "The town plans to build a second pool."),
    ("The brewery will hire forty people.", "The brewery aims to hire forty people."),
    ("The brewery has hired forty people.", "The brewery intends to hire forty people."),
    ("The dam caused the drought downstream.", "The dam could have caused the drought downstream."),
    ("The dam caused the drought downstream.", "The dam allegedly caused the drought downstream."),
    ("The clerk stole the ledger.", "The clerk reportedly stole the ledger."),
    ("The clerk stole the ledger.", "The clerk is alleged to have stolen the ledger."),
    ("The ministry raises the toll in May.", "The ministry is considering raising the toll in May."),
    ("The ministry raised the toll.", "The ministry proposed to raise the toll."),
    ("The toll rises in May.", "The toll is expected to rise in May."),
    ("The toll rises in May.", "The toll might rise in May."),
    ("The new line halves the travel time.", "The new line would halve the travel time."),
    ("The valley holds the largest flock of storks.", "The valley probably holds the largest flock of storks."),
    ("The mill is the oldest in the county.", "The mill is one of the oldest in the county."),
    ("The mill is the oldest in the county.", "The mill is among the oldest in the county."),
    ("All farmers in the valley use the well.", "Some farmers in the valley use the well."),
    ("All farmers in the valley use the well.", "Most farmers in the valley use the well."),
    ("Every boat carries a radio.", "Many boats carry a radio."),
    ("The lease always ends in March.", "The lease often ends in March."),
    ("The frost killed the vines.", "The frost appears to have killed the vines."),
    ("Cork is the only export of the island.", "Cork is one of the exports of the island."),
    ("The storm was caused by the warm sea.", "According to the harbour master, the storm was caused by the warm sea."),
    ("The society will buy the tower.", "The society hopes to buy the tower."),
    ("The treatment cures the rash.", "The treatment can possibly cure the rash."),
    ("The bank will close its branch in Hull.", "The bank threatened that it could close its branch in Hull."),
    (
        "The port authority finished dredging.",
        "Dredging would be finished by autumn, the port authority said on Monday.",
    ),
    ("The plant will reopen.", "If a buyer is found, the plant may reopen."),
    ("The merger will fail.", "The merger is likely to fail, analysts believe."),
    ("The railway has been privatised.", "The government intends to privatise the railway."),
    ("The orchard is the oldest in the region.", "The orchard is one of the oldest of the region."),
    ("All of the timber is sold abroad.", "Most of the timber is sold abroad."),
]

HEDGED = [
    ("The town might build a second pool.", "The town may build a second pool."),
    ("A second pool is planned.", "The town plans to build a second pool."),
    ("The brewery's goal is to hire forty people.", "The brewery aims to hire forty people."),
    ("The toll is set to rise in May.", "The toll is expected to rise in May."),
    (
        "The ministry, which was founded in 1950, may raise the toll.",
        "The ministry, founded in 1950, may raise the toll.",
    ),
    ("The ministry was founded in 1950.", "The ministry, founded in 1950, may raise the toll."),
    ("The mill is one of the county's oldest.", "The mill is among the oldest in the county."),
    ("Some of the valley's farmers use the well.", "Some farmers in the valley use the well."),
    ("The clerk is accused of having stolen the ledger.", "The clerk allegedly stole the ledger."),
    (
        "The harbour master blames the warm sea for the storm.",
        "According to the harbour master, the storm was caused by the warm sea.",
    ),
    ("The society wants to buy the tower.", "The society hopes to buy the tower."),
    ("The dam was built in 1960.", "The dam, which was built in 1960, could have caused the drought."),
    ("The plan calls for a new pier.", "The plan proposes a new pier."),
    ("The new line would cut travel time in half.", "The new line would halve the travel time."),
    ("All boats carry a radio.", "Every boat carries a radio, and some carry two."),
    ("The whole valley uses the well.", "Everyone in the valley uses the well; some use the spring as well."),
    ("Only members may vote.", "Voting is open to members only; some may vote twice."),
    ("Residents can apply for a permit.", "Residents may apply for a permit at the town hall."),
    ("Owners have until June to object.", "Owners may object until June."),
    ("The council voted to close the pool.", "The council voted to close the pool and could sell the site."),
    ("The tower has been sold.", "The tower has been sold, and the buyer may turn it into flats."),
    ("The mayor expects tolls to rise.", "Tolls are likely to rise, the mayor said."),
    ("The largest farm grows hops.", "The largest farm grows hops; some others grow barley."),
    ("In the club's opinion the rule is unfair.", "The club considers the rule unfair."),
    ("The club considers the rule unfair.", "According to the club, the rule is unfair."),
    ("The lease could end early.", "The lease would end early if the roof failed."),
    (
        "The harbour master said that the warm sea had caused the storm.",
        "According to the harbour master, the storm was caused by the warm sea.",
    ),
    ("The most common crop is rye.", "The most common crop is rye, but some grow oats."),
    ("Each of the three mills makes paper.", "All three mills make paper."),
    (
        "The port authority said the dredging would be finished by autumn.",
        "Dredging would be finished by autumn, the port authority said on Monday.",
    ),
    (
        "Orders for tractors slipped because farmers held back, the maker said.",
        "The maker said that orders for tractors had fallen, as farmers were holding back.",
    ),
    (
        "Rail freight grew while road freight shrank.",
        "Freight by rail rose by a tenth; freight by road fell by a fifth.",
    ),
    (
        "Mills without their own power station pay the grid tariff.",
        "The grid tariff is paid by mills that have no power station of their own.",
    ),
    ("The city has not said when the tram line will open.", "When the tram line will open, the city has not said."),
    ("Neither bidder has withdrawn.", "Both bidders remain in the race."),
    (
        "The company depends on a single supplier of valves and has no second source.",
        "The company has only one supplier of valves.",
    ),
    ("The new quota applies to cod and not to herring.", "The new quota applies to cod only; herring is exempt."),
    ("The tax is due on imports but not on exports.", "Imports are taxed, exports are not."),
    (
        "According to the auditors, the loss was larger than reported.",
        "The auditors say that the loss exceeded what had been reported.",
    ),
    (
        "The fund lost a quarter of its value before the bailout.",
        "Before it was bailed out the fund had lost a quarter of its value.",
    ),
    ("The lender bought the bonds from the state.", "The state sold the bonds to the lender."),
    ("The workshop repairs clocks instead of making them.", "The workshop does not make clocks but repairs them."),
    (
        "Exporters welcomed the cut in port fees, which importers had also demanded.",
        "The cut in port fees, also demanded by importers, was welcomed by exporters.",
    ),
    ("The city council can still block the sale.", "The sale can still be blocked by the city council."),
    ("The plant could reopen if a buyer is found.", "If a buyer is found, the plant may reopen."),
    (
        "The study found no link between the mast and the illness.",
        "No link between the mast and the illness was found by the study.",
    ),
    ("The inquiry cleared the captain.", "The inquiry found that the captain was not at fault."),
    ("Fewer than half of the wells were tested.", "Under half of the wells were tested."),
    (
        "Domestic demand is weak, so the firm looks for customers abroad.",
        "The firm looks for foreign customers because demand at home is weak.",
    ),
    (
        "The treaty entered into force without the consent of the upper house.",
        "The upper house never consented to the treaty, which entered into force all the same.",
    ),
    ("Prices are higher in the north than in the south.", "Prices are lower in the south than in the north."),
    ("The north has higher prices than the south.", "Prices in the north are higher than in the south."),
    ("The old mine was deeper than the new one.", "The new mine is not as deep as the old one."),
    (
        "The board recommends that shareholders reject the offer.",
        "Shareholders should reject the offer, the board recommends.",
    ),
    ("The offer was turned down.", "The shareholders rejected the offer."),
    ("The subsidy is paid to producers, not to consumers.", "Producers rather than consumers receive the subsidy."),
    ("The firm plans to raise output and cut costs.", "The firm intends to lower its costs and to increase output."),
    (
        "The ministry wants to shift production from the coast to the interior.",
        "The ministry aims to move production inland from the coast.",
    ),
    ("The ban on night flights has been lifted.", "Night flights are allowed again after the ban was lifted."),
    (
        "The licence was suspended in May and restored in June.",
        "In June the licence that had been suspended in May was restored.",
    ),
    ("The museum is closed on Mondays.", "The museum opens daily except on Mondays."),
    ("The rules do not cover small boats.", "Small boats are exempt from the rules."),
    ("The minister denied that the talks had failed.", "The talks have not failed, the minister said."),
    ("The group has reduced its debt since 2019.", "Since 2019 the group's debt has gone down."),
    ("The orchard is among the oldest in the region.", "The orchard is one of the oldest of the region."),
    ("Most of the timber is sold abroad.", "The larger part of the timber is exported."),
    ("All five villages voted yes.", "The five villages voted yes without exception."),
    ("Each village sends two delegates.", "The villages send two delegates each."),
    ("Every member state has one vote.", "Member states have one vote each."),
    ("Analysts expect that the merger will fail.", "The merger is likely to fail, analysts believe."),
    ("The railway is to be privatised.", "The government intends to privatise the railway."),
    ("The judge said the fine was too high.", "The judge considered the fine excessive."),
    ("The company must publish the report.", "The company is obliged to publish the report."),
    ("The company has to publish the report by June.", "The report must be published by June."),
    (
        "Public spending rose and private investment fell.",
        "While private investment declined, public spending increased.",
    ),
    ("The heavier of the two metals melts later.", "Of the two metals the heavier one melts at a higher temperature."),
    ("The reserve is the largest in Europe.", "Europe's largest reserve lies there."),
    ("Buyers have become more cautious, sellers less so.", "Buyers grew more cautious and sellers less cautious."),
    (
        "The agency monitors imports and, since last year, exports.",
        "Since last year the agency has monitored exports as well as imports.",
    ),
    (
        "The pipeline brings gas from the field to the port and is owned by the state.",
        "The state owns the pipeline, which brings gas from the field to the port.",
    ),
    (
        "The first stage ended in March; the second begins in May.",
        "The second stage will begin in May, after the end of the first in March.",
    ),
    ("The dam reduces the risk of floods downstream.", "Downstream of the dam the risk of floods is lower."),
    ("Upstream farmers gain, while those downstream lose.", "The farmers upstream win and those downstream lose."),
    ("The school is not a public one.", "The school is private."),
    ("No public money was spent.", "The project was paid for with private money only."),
    ("The reform weakens the unions, the author argues.", "The author argues that the reform makes unions weaker."),
    ("In the author's view the reform weakens unions.", "The reform weakens unions, the author concludes."),
    (
        "The author sees the reform as an attack on unions.",
        "According to the author, the reform is an attack on unions.",
    ),
    ("The report calls the reform a success.", "The reform is a success, according to the report."),
    ("The state keeps control of the firm.", "The state does not give up control of the firm."),
    ("Control of the firm stays with the state.", "The state will not give up control of the firm."),
    (
        "The rule protects small firms from larger rivals.",
        "Small firms are protected by the rule against larger rivals.",
    ),
    ("Short-term contracts are replaced by long-term ones.", "Long-term contracts replace short-term contracts."),
    (
        "The firm shifted from short-term to long-term contracts.",
        "The firm gave up short-term contracts in favour of long-term contracts.",
    ),
    (
        "The strait was closed before the war and reopened after it.",
        "Closed before the war, the strait was reopened after the war.",
    ),
    ("The bank tightened credit after the crash.", "After the crash credit was tightened by the bank."),
    ("The lawsuit was dropped.", "The lawsuit was withdrawn before it came to trial."),
    ("The ministry has yet to publish the figures.", "The figures have not been published by the ministry."),
    ("The firm makes neither pumps nor valves.", "Pumps and valves are not made by the firm."),
]


@pytest.mark.parametrize(("statement", "quote"), OVERSTATED)
def test_tells_what_is_surer_than_its_quote(statement: str, quote: str) -> None:
    assert overstated(statement, [quote])


@pytest.mark.parametrize(("statement", "quote"), HEDGED)
def test_lets_hedges_be_said_in_other_words(statement: str, quote: str) -> None:
    assert not overstated(statement, [quote])


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("The two towns must share the well.", "The two towns may share the well.", True),
        ("The two towns have to share the well.", "The two towns must share the well.", False),
        (
            "A meeting that a town asks for must be held within ten days.",
            "Either town may ask for a meeting, which is then due within ten days.",
            False,
        ),
        ("The count is exact.", "The count is an estimate.", True),
        ("It is proven that the count is right.", "Surveyors believe that the count is right.", True),
        ("The pool opens only in summer.", "The pool opens above all in summer.", True),
        ("All large mills took part.", "Large mills took part.", True),
        ("All five mills took part.", "The five mills took part.", False),
    ],
)
def test_tells_duty_proof_and_number(statement: str, quote: str, expected: bool) -> None:
    assert overstated(statement, [quote]) is expected


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("The clock is wound every week.", "The clock is wound once a week.", False),
        ("The clock is cleaned each year.", "The clock is cleaned yearly.", False),
        ("The pupils bake every month.", "Twice per month the pupils bake.", False),
        ("Every pupil bakes.", "A pupil bakes.", True),
        ("The pupils bake every week.", "In the first week the pupils bake.", True),
        ("All weeks are free.", "Two weeks a year are free.", True),
    ],
)
def test_every_year_is_once_a_year(statement: str, quote: str, expected: bool) -> None:
    assert overstated(statement, [quote]) is expected


@given(prose())
def test_no_text_overstates_itself(text: str) -> None:
    assert not overstated(text, [text])
