using Desk.Contracts;
using Desk.Routing.Tests.Work;
using Desk.Routing.Triage;

namespace Desk.Routing.Tests.Triage;

public sealed class VerdictTests
{
    private static readonly Contact Wifi = new(Channel.Web, "rut.hansson@nordvik.example", "Nordvik kommun", "Trådlösa nätet", "Wifi är nere i hela kommunen");

    [Fact]
    public void What_the_person_claimed_counts_before_rules_and_learning()
    {
        var verdict = Verdict.Of(Wifi with { Impact = Impact.Group, Category = "account.password" }, Given.Desk, _ => new Guess("network.wifi", 1));

        Assert.Equal((Impact.Group, "account.password", "service-desk"), (verdict.Impact, verdict.Category, verdict.Team));
        Assert.Equal(("claimed", "claimed"), (verdict.Why["impact"], verdict.Why["category"]));
    }

    [Fact]
    public void A_rule_sees_words_whatever_their_case()
    {
        var verdict = Verdict.Of(Wifi with { Text = "HELA\n KOMMUNEN!" }, Given.Desk, _ => null);

        Assert.Equal((Impact.All, "rule:Everyone"), (verdict.Impact, verdict.Why["impact"]));
    }

    [Fact]
    public void Part_of_a_word_is_not_the_word()
        => Assert.Equal(Impact.One, Verdict.Of(Wifi with { Text = "helakommunen och hela kommunens" }, Given.Desk, _ => null).Impact);

    [Fact]
    public void A_sure_guess_is_taken_with_its_certainty()
    {
        var verdict = Verdict.Of(Wifi, Given.Desk, _ => new Guess("network.wifi", 0.9));

        Assert.Equal(("network.wifi", "network", 0.9, "learned"), (verdict.Category, verdict.Team, verdict.Certainty!.Value, verdict.Why["category"]));
    }

    [Fact]
    public void Below_certainty_a_human_looks()
    {
        var verdict = Verdict.Of(Wifi, Given.Desk, _ => new Guess("network.wifi", 0.2));

        Assert.Equal(("other", "service-desk", "unsure"), (verdict.Category, verdict.Team, verdict.Why["category"]));
    }

    [Fact]
    public void What_a_vip_has_is_at_least_what_their_right_says_and_the_matrix_still_may_say_more()
    {
        var small = Verdict.Of(Wifi with { Text = "hej", Vip = true }, Given.Desk, _ => null);
        var large = Verdict.Of(Wifi with { Impact = Impact.All, Urgency = Urgency.High, Vip = true }, Given.Desk, _ => null);
        var nobodys = Verdict.Of(Wifi with { Text = "hej" }, Given.Desk, _ => null);

        Assert.Equal((Priority.P2, "vip"), (small.Priority, small.Why["priority"]));
        Assert.Equal((Priority.P1, false), (large.Priority, large.Why.ContainsKey("priority")));
        Assert.Equal((Priority.P4, false), (nobodys.Priority, nobodys.Why.ContainsKey("priority")));
    }

    [Theory]
    [InlineData("Lindqvist & Co", "network.wifi", null, "gold-network")]
    [InlineData("Lindqvist & Co", "networking", null, "gold")]
    [InlineData("Nordvik kommun", "network.wifi", null, "network")]
    [InlineData("Nordvik kommun", "network", null, "network")]
    [InlineData("Nordvik kommun", "network.wifi", "default", "default")]
    [InlineData("Lindqvist & Co", "network.wifi", "default", "gold-network")]
    [InlineData(null, null, null, "default")]
    public void The_narrowest_agreement_holds_the_organisations_before_the_doors_before_everyones(string? organisation, string? category, string? claimed, string agreement)
    {
        var (gold, all) = (Given.Desk.Agreements[1], Given.Desk.Agreements[0]);
        var desk = Given.Desk with { Agreements = [.. Given.Desk.Agreements, gold with { Key = "gold-network", Categories = ["network"] }, all with { Key = "network", Categories = ["network"] }] };
        Assert.Equal(agreement, desk.PledgeTo(organisation, category, Priority.P3, claimed).Agreement);
    }

    [Fact]
    public void What_is_seen_to_around_the_clock_counts_by_another_calendar_than_the_rest()
    {
        var desk = Given.Desk with { Agreements = [Given.Desk.Agreements[0] with { OnCall = new Dictionary<string, string> { ["P1"] = "always" } }] };
        Assert.Equal(("always", "office"), (desk.PledgeTo(null, null, Priority.P1).Calendar, desk.PledgeTo(null, null, Priority.P2).Calendar));
    }

    [Fact]
    public void A_claimed_category_that_does_not_exist_is_no_claim()
        => Assert.Equal("network.wifi", Verdict.Of(Wifi with { Category = "nonsense" }, Given.Desk, _ => new Guess("network.wifi", 0.9)).Category);

    [Fact]
    public void A_team_that_was_asked_for_takes_it_if_there_is_such_a_team()
    {
        var asked = Verdict.Of(Wifi with { Team = "workplace" }, Given.Desk, _ => new Guess("network.wifi", 0.9));
        var nonsense = Verdict.Of(Wifi with { Team = "nonsense" }, Given.Desk, _ => new Guess("network.wifi", 0.9));

        Assert.Equal(("network.wifi", "workplace", "claimed"), (asked.Category, asked.Team, asked.Why["team"]));
        Assert.Equal("network", nonsense.Team);
    }

    [Theory]
    [InlineData("Lindqvist & Co", "default", "gold")]
    [InlineData("Nordvik kommun", "gold", "gold")]
    [InlineData("Nordvik kommun", "nonsense", "default")]
    [InlineData(null, null, "default")]
    public void The_agreement_of_the_organisation_comes_before_that_of_the_door_it_came_through(string? organisation, string? claimed, string agreement)
        => Assert.Equal(agreement, Given.Desk.PledgeTo(organisation, null, Priority.P3, claimed).Agreement);

    [Theory]
    [InlineData("från@nordvik.example", null, true)]
    [InlineData("rut@other.example", null, false)]
    public void Senders_are_matched_by_address_or_domain(string email, string? organisation, bool holds)
        => Assert.Equal(holds, new CompiledRule(new Rule("r", new RuleWhen(From: ["@nordvik.example"]), new RuleSet(Urgency: Urgency.Low)))
            .Holds(new Contact(Channel.Mail, email, organisation, "", ""), " "));

    [Fact]
    public void A_star_matches_any_ending()
    {
        var rule = new CompiledRule(new Rule("r", new RuleWhen(["skrivar*"]), new RuleSet(Team: "workplace")));

        Assert.True(rule.Holds(Wifi, CompiledRule.Flatten("Skrivarna är trasiga")));
        Assert.False(rule.Holds(Wifi, CompiledRule.Flatten("Nyskrivarna")));
    }
}
