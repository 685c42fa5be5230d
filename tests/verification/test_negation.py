"""Tests of `assistant.verification.negation`."""

import pytest
from hypothesis import given

from assistant.verification.negation import flipped
from tests.verification.texts import prose

FLIPPED = [
    ("The mill sold the wool.", "The mill did not sell the wool because only two carts came."),
    ("The harbour board approved the new pier.", "The harbour board did not approve the new pier."),
    ("The harbour board did not approve the new pier.", "The harbour board approved the new pier."),
    ("No village signed the charter.", "Three villages signed the charter."),
    ("Villages signed the charter.", "None of the villages signed the charter."),
    ("The bakery never reopened.", "The bakery reopened after the flood."),
    ("The library lends tools without a deposit.", "The library lends tools for a deposit."),
    ("The ferry can carry lorries.", "The ferry cannot carry lorries."),
    ("The museum failed to return the vase.", "The museum returned the vase."),
    ("The museum returned the vase.", "The museum failed to return the vase."),
    ("The museum returned the vase.", "The museum refused to return the vase."),
    ("The council chose buses rather than trams.", "The council chose trams rather than buses."),
    ("The council chose trams instead of buses.", "The council chose buses instead of trams."),
    ("Neither school offers Latin.", "Both schools offer Latin."),
    ("The valley lacks a hospital.", "The valley has a hospital."),
    ("The valley has a hospital.", "The valley lacks a hospital."),
    ("The bridge is likely to reopen in spring.", "The bridge is unlikely to reopen in spring."),
    ("The orchard's output increased after the frost.", "The orchard's output decreased after the frost."),
    ("Ticket prices rose in the second season.", "Ticket prices fell in the second season."),
    ("Ticket prices fell in the second season.", "Ticket prices climbed in the second season."),
    ("The town allows dogs on the beach.", "The town bans dogs on the beach."),
    ("The mill imports wool from Iceland.", "The mill exports wool from Iceland."),
    ("The choir sang before the speech.", "The choir sang after the speech."),
    ("The newer stove uses more wood than the older stove.", "The newer stove uses less wood than the older stove."),
    ("The second well is deeper and its yield is higher.", "The second well is deeper and its yield is lower."),
    ("Most farmers support the dam.", "Most farmers oppose the dam."),
    ("The jury accepted the appeal.", "The jury rejected the appeal."),
    ("The clinic closed its night ward.", "The clinic opened its night ward."),
    ("The union gained members last year.", "The union lost members last year."),
    ("The rule strengthens the tenants' position.", "The rule weakens the tenants' position."),
    ("The brewery sells mainly to domestic customers.", "The brewery sells mainly to foreign customers."),
    ("The plant treats heavy oil.", "The plant treats light oil."),
    ("The ordinance sets a maximum depth for wells.", "The ordinance sets a minimum depth for wells."),
    ("Membership of the guild is voluntary.", "Membership of the guild is mandatory."),
    ("The collection is in private hands.", "The collection is in public hands."),
    ("The river is upstream of the weir.", "The river is downstream of the weir."),
    ("The inspectors found evidence of leaks.", "The inspectors found no evidence of leaks."),
    ("The shipyard is able to dock tankers.", "The shipyard is unable to dock tankers."),
    ("The shipyard is not able to dock tankers.", "The shipyard is able to dock tankers."),
    ("The treaty is not binding.", "The treaty is binding."),
    ("The treaty has expired.", "The treaty has not expired."),
    ("The cathedral's roof is complete.", "The cathedral's roof is incomplete."),
    ("The festival was legal.", "The festival was illegal."),
    ("The landlord doesn't have to pay for repairs.", "The landlord has to pay for repairs."),
    ("The tram no longer runs on Sundays.", "The tram runs on Sundays."),
    ("The tram runs on Sundays.", "The tram no longer runs on Sundays."),
    ("The smallest kiln uses the least gas.", "The smallest kiln uses the most gas."),
    ("Demand for slate is weak.", "Demand for slate is strong."),
    ("The lake is below sea level.", "The lake is above sea level."),
    ("The grant is temporary.", "The grant is permanent."),
    ("Fishing quotas were tightened.", "Fishing quotas were loosened."),
    ("The co-operative is the buyer of the barley.", "The co-operative is the seller of the barley."),
    ("The survey includes houseboats.", "The survey excludes houseboats."),
    ("The region has a surplus of nurses.", "The region has a shortage of nurses."),
    ("The archive is hardly used.", "The archive is used every day."),
    ("The reform makes ports more dependent on the state.", "The reform makes ports less dependent on the state."),
    (
        "Road freight grew while rail freight shrank.",
        "Freight by rail rose by a tenth; freight by road fell by a fifth.",
    ),
    (
        "Mills with their own power station pay the grid tariff.",
        "The grid tariff is paid by mills that have no power station of their own.",
    ),
    ("The tax is due on exports but not on imports.", "The tax is due on imports but not on exports."),
    (
        "The study found a link between the mast and the illness.",
        "The study found no link between the mast and the illness.",
    ),
    (
        "The subsidy is paid to consumers rather than producers.",
        "The subsidy is paid to producers rather than consumers.",
    ),
    ("The north has lower prices than the south.", "Prices in the north are higher than in the south."),
    ("The rules cover small boats.", "The rules do not cover small boats."),
    ("The minister confirmed that the talks had failed.", "The minister denied that the talks had failed."),
    ("The group's debt has gone up since 2019.", "Since 2019 the group's debt has gone down."),
    ("The ministry has published the figures.", "The ministry has yet to publish the figures."),
    ("The firm makes pumps and valves.", "The firm makes neither pumps nor valves."),
    ("The state gives up control of the firm.", "The state will not give up control of the firm."),
    ("The bank loosened credit after the crash.", "The bank tightened credit after the crash."),
    ("The first stage begins in March.", "The first stage ends in March."),
    ("The dam increases the risk of floods downstream.", "The dam reduces the risk of floods downstream."),
    ("Upstream farmers lose.", "Upstream farmers gain."),
]

FAITHFUL = [
    ("The town wants mills, not just wool.", "The town wants mills, and not wool alone."),
    ("The town wants mills and not only wool.", "The town wants mills, and not the wool of its farms alone."),
    ("The board declined to approve the pier.", "The harbour board did not approve the new pier."),
    ("The board rejected the pier.", "The harbour board did not approve the new pier."),
    ("No village opposed the charter.", "The charter met no opposition from any village."),
    ("The bakery stayed shut.", "The bakery never reopened."),
    ("The ferry is unable to carry lorries.", "The ferry cannot carry lorries."),
    ("The museum has not returned the vase.", "The museum failed to return the vase."),
    ("The museum kept the vase.", "The museum refused to return the vase."),
    ("The council preferred trams to buses.", "The council chose trams rather than buses."),
    ("The council chose trams, not buses.", "The council chose trams instead of buses."),
    ("Latin is offered at neither school.", "Neither school offers Latin."),
    ("There is no hospital in the valley.", "The valley lacks a hospital."),
    ("The bridge will probably not reopen in spring.", "The bridge is unlikely to reopen in spring."),
    ("Output of the orchard fell after the frost.", "The orchard's output decreased after the frost."),
    ("Prices for tickets did not fall but rose in the second season.", "Ticket prices rose in the second season."),
    ("Dogs may not be taken to the beach.", "The town bans dogs on the beach."),
    ("Iceland exports wool to the mill.", "The mill imports wool from Iceland."),
    ("The speech came before the choir sang.", "The choir sang after the speech."),
    ("The older stove uses less wood than the newer one.", "The newer stove uses more wood than the older stove."),
    ("Farmers mostly back the dam, which few oppose.", "Most farmers support the dam."),
    ("The jury did not accept the appeal.", "The jury rejected the appeal."),
    (
        "The clinic closed its night ward but kept its day ward open.",
        "The clinic, whose day ward stays open, closed its night ward.",
    ),
    ("Membership of the union went up.", "The union gained members last year."),
    (
        "The rule strengthens tenants and weakens landlords.",
        "The rule weakens the landlords' position and strengthens the tenants'.",
    ),
    ("Membership of the guild is not mandatory.", "Membership of the guild is voluntary."),
    (
        "The collection is privately owned and not open to the public.",
        "The collection is in private hands and is closed to the public.",
    ),
    ("Not only the pier but also the market burned.", "The pier and the market burned."),
    ("No fewer than forty boats sank.", "At least forty boats sank."),
    ("The report on the fire has no author.", "The report on the fire is unsigned; no author is named."),
    ("The contract does not end before 2030.", "The contract runs until at least 2030, not before which it may end."),
    ("Without a licence nobody may dig.", "Digging without a licence is forbidden."),
    ("Digging needs a licence.", "Nobody may dig without a licence."),
    ("The tram has stopped running on Sundays.", "The tram no longer runs on Sundays."),
    ("The archive is rarely used.", "The archive is hardly used."),
    ("The lake lies under sea level.", "The lake is below sea level."),
    ("The grant will end, as it is temporary.", "The grant is not permanent."),
    (
        "The kiln was built in 1920, although the town had opposed it.",
        "The town opposed the kiln, which was nonetheless built in 1920.",
    ),
    ("The mayor rejects the claim that the water is unsafe.", "The water is not unsafe, the mayor says."),
    ("The cave, which is not open in winter, holds bats.", "The cave holds bats and is closed in winter."),
    ("The cave holds bats.", "The cave holds bats and is not open in winter."),
    ("The firm owns two ships.", "The firm owns two ships but no docks."),
    ("The firm owns no docks.", "The firm owns two ships but no docks."),
    ("The mill buys wool abroad.", "The mill, which has no sheep of its own, buys wool abroad."),
    ("Rents rose faster than wages.", "Wages rose more slowly than rents."),
    ("The committee supports the ban.", "The committee is in favour of the ban."),
    ("The law limits the export of timber.", "The law does not ban the export of timber, but limits it."),
    ("The export of timber is not banned.", "The law does not ban the export of timber, but limits it."),
    ("Imports of wool fell while exports of cloth rose.", "Exports of cloth rose, while imports of wool fell."),
    (
        "The light ale is brewed first, the heavy one later.",
        "The brewery makes its light ale first and its heavy ale later.",
    ),
    ("The port handles more grain than coal.", "The port handles less coal than grain."),
    ("The society sold its tower to the council.", "The council bought the tower from the society."),
    ("The seller of the barley is the co-operative.", "The co-operative sold the barley to the buyer in Leeds."),
    ("The treaty binds neither side.", "The treaty is not binding on either side."),
    ("Whether or not it rains, the fair opens on Friday.", "The fair opens on Friday."),
    ("The fair was not cancelled.", "The fair went ahead."),
    ("The plan would reduce the risk of flooding.", "The plan would lower the risk of flooding."),
    (
        "The lamp uses half as much power, an advantage for small houses.",
        "The advantage of the lamp for small houses is that it uses half the power.",
    ),
    ("The village depends on tourists.", "The village depends on tourists because it has no industry."),
    ("The two clubs did not agree on a date.", "The two clubs disagreed on a date."),
    ("It is not known who built the well.", "Who built the well is unknown."),
    ("Bread was rationed, unlike milk.", "Bread was rationed, while milk was not."),
    ("The quarry was closed rather than sold.", "The quarry was not sold but closed."),
    ("The estate has no heir, so it goes to the crown.", "Lacking an heir, the estate goes to the crown."),
    ("Few members voted against the merger.", "Only a handful of members did not vote for the merger."),
    ("Prices stopped rising in June.", "Prices did not rise after June."),
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


@pytest.mark.parametrize(("statement", "quote"), FLIPPED)
def test_tells_what_denies_its_quote(statement: str, quote: str) -> None:
    assert flipped(statement, [quote])


@pytest.mark.parametrize(("statement", "quote"), FAITHFUL)
def test_lets_paraphrases_be(statement: str, quote: str) -> None:
    assert not flipped(statement, [quote])


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("Drain the tank before the boiler.", "Drain the boiler before the tank.", True),
        ("The priest spoke after the mayor.", "The mayor spoke after the priest.", True),
        (
            "The barge carried coal until 1921 and salt later.",
            "The barge carried coal until 1921 and salt later.",
            False,
        ),
        ("The barge served as a school until a storm.", "A storm raged until the barge served as a school.", True),
        ("Drain the boiler before the tank.", "The boiler is drained before the tank.", False),
        ("The mayor spoke after the priest.", "The priest spoke before the mayor.", False),
        ("After the fair the mayor spoke.", "The mayor spoke after the fair.", False),
    ],
)
def test_tells_the_order_of_things(statement: str, quote: str, expected: bool) -> None:
    assert flipped(statement, [quote]) is expected


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("Lund bought the barge for 9 crowns.", "Berg sold the barge, his oldest, to Lund for 9 crowns.", False),
        ("Berg sells oats to Lund.", "Lund buys oats from Berg.", False),
        ("Her aunt taught her the lute.", "She learned the lute from her aunt.", False),
        ("Lund sold the barge for 9 crowns.", "Lund bought the barge from Berg for 9 crowns.", True),
        ("Farmers refused to buy oats from the two mills.", "Farmers refused to sell oats to the two mills.", True),
        ("She bought 60 lamps.", "She sold 60 lamps to the railway.", True),
        ("It strikes more rarely in May.", "It strikes less often in May.", False),
        ("It strikes more often in May.", "It strikes less often in May.", True),
    ],
)
def test_a_deal_has_two_sides(statement: str, quote: str, expected: bool) -> None:
    assert flipped(statement, [quote]) is expected


def test_a_row_denies_by_a_cell() -> None:
    said = "No toll is named in the treaty with Basel, while the one with Bern names a franc."
    assert not flipped(said, ["Toll named in the treaty | none | a franc"])
    assert flipped("No toll is named in the treaty.", ["Toll named in the treaty | a franc"])


def test_a_quote_of_two_sides_denies_neither() -> None:
    quotes = ["The mayor says that the bridge is safe.", "The engineers say that the bridge is not safe."]
    assert not flipped("The mayor says that the bridge is safe.", quotes)


@given(prose())
def test_no_text_denies_itself(text: str) -> None:
    assert not flipped(text, [text])
