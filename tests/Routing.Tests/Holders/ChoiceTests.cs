using Desk.Contracts;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.Routing.Tests.Work;
using Desk.Routing.Watch;
using Desk.Routing.Work;

namespace Desk.Routing.Tests.Holders;

/// <summary>Whom a ticket is handed to, and when it is taken from them.</summary>
public sealed class ChoiceTests
{
    private static readonly Seeking Ticket = new("account.password", Channel.Mail, Given.Nine);

    [Fact]
    public void Leads_are_not_handed_tickets() => Assert.Null(Of(Desk(new Team("t", "T", "T"), Given.Leif)));

    [Fact]
    public void The_agent_with_the_fewest_open_tickets_is_picked()
        => Assert.Equal(Given.Bo.Id, Of(Desk(new Team("t", "T", "T"), Given.Anna, Given.Bo), holding: (Given.Anna, Channel.Web, 2)));

    [Theory]
    [InlineData("available", true), InlineData("busy", false), InlineData("away", false), InlineData("handBack", false)]
    public void Only_who_is_available_is_handed_anything(string presence, bool handed)
        => Assert.Equal(handed, Of(Desk(new Team("t", "T", "T"), Given.Anna with { Presence = Words.Read<Presence>(presence)!.Value })) is not null);

    [Fact]
    public void Who_takes_turns_is_handed_one_longest_ago()
    {
        var desk = Desk(new Team("t", "T", "T", Assign: Strategy.RoundRobin), Given.Anna, Given.Bo);
        var turns = new Dictionary<Guid, DateTimeOffset> { [Given.Anna.Id] = Given.Nine, [Given.Bo.Id] = Given.Nine.AddMinutes(-5) };

        // However many they hold.
        Assert.Equal(Given.Bo.Id, Choice.Of(desk, desk.Team("t"), Ticket, new Standing(Held(Given.Bo, Channel.Web, 40), turns), Given.Nine)?.Id);
    }

    [Fact]
    public void By_hand_means_that_nobody_is_handed_any() => Assert.Null(Of(Desk(new Team("t", "T", "T", Assign: Strategy.ByHand), Given.Anna)));

    [Fact]
    public void A_skill_is_asked_for_until_the_minutes_are_over()
    {
        var desk = Desk(new Team("t", "T", "T", SkillForMinutes: 30), [new("id", "Identitet", "Identity", ["account.password"], 2)],
            Given.Anna with { Skills = new Dictionary<string, int> { ["id"] = 1 } }, Given.Bo with { Skills = new Dictionary<string, int> { ["id"] = 2 } });

        // Anna knows too little; Bo holds more, and is asked all the same.
        Assert.Equal(Given.Bo.Id, Of(desk, Given.Nine.AddMinutes(29), (Given.Bo, Channel.Web, 9)));
        Assert.Equal(Given.Anna.Id, Of(desk, Given.Nine.AddMinutes(30), (Given.Bo, Channel.Web, 9)));
        Assert.Equal(Given.Anna.Id, Choice.Of(desk, desk.Team("t"), Ticket with { Category = "other" }, new(Held(Given.Bo, Channel.Web, 9), Standing.Nothing.HandedAt), Given.Nine)?.Id);
    }

    [Fact]
    public void Who_helped_this_person_last_goes_first_while_there_is_room()
    {
        var room = new Dictionary<string, int> { ["all"] = 5 };
        var desk = Desk(new Team("t", "T", "T", SameAgent: true), Given.Anna, Given.Bo with { Capacity = room });
        Guid? Helped(int held) => Choice.Of(desk, desk.Team("t"), Ticket with { Helper = Given.Bo.Id }, new(Held(Given.Bo, Channel.Web, held), Standing.Nothing.HandedAt), Given.Nine)?.Id;

        Assert.Equal(Given.Bo.Id, Helped(4));
        Assert.Equal(Given.Anna.Id, Helped(5));
    }

    [Fact]
    public void Capacity_is_of_each_channel_and_of_all()
    {
        var desk = Desk(new Team("t", "T", "T"), Given.Anna with { Capacity = new Dictionary<string, int> { ["mail"] = 2, ["all"] = 4 } });

        Assert.NotNull(Of(desk, holding: (Given.Anna, Channel.Mail, 1)));
        Assert.Null(Of(desk, holding: (Given.Anna, Channel.Mail, 2)));
        Assert.NotNull(Of(desk, holding: (Given.Anna, Channel.Chat, 3)));
        Assert.Null(Of(desk, holding: (Given.Anna, Channel.Chat, 4)));
    }

    [Fact]
    public void A_silent_holder_loses_the_ticket_to_another_when_the_working_time_is_over()
    {
        var desk = Patient(TimeSpan.FromHours(3));
        var ticket = Given.Ticket(Given.Anna);

        Assert.Equal(Given.Nine.AddHours(3), ticket.Item.TakenBackAt(desk));
        Assert.Empty(Waking.Decide(ticket.Item, At(desk, Given.Nine.AddHours(2))));
        var taken = Assert.IsType<Assigned>(Assert.Single(Waking.Decide(ticket.Item, At(desk, Given.Nine.AddHours(3)))));
        Assert.Equal((Given.Bo.Id, "silent", "Anna Lind"), (taken.AssigneeId, taken.Why, taken.From));
        // The clock of patience begins anew for who has it now.
        Assert.Equal(Given.Nine.AddHours(6), ticket.With([taken], 2).Item.TakenBackAt(desk));
    }

    [Fact]
    public void A_note_is_a_sign_of_the_holder_and_a_pause_asks_for_none()
    {
        var desk = Patient(TimeSpan.FromHours(3));
        var note = Given.Ticket(Given.Anna).With([new NoteWritten(Given.Nine.AddHours(2), new Actor(ActorKind.Agent, Given.Anna.Id, "Anna Lind"), Guid.CreateVersion7())], 1);

        Assert.Equal(Given.Nine.AddHours(5), note.Item.TakenBackAt(desk));
        Assert.Null(note.After(item => [new Paused(Given.Nine.AddHours(2.5), Given.TheDesk, WaitingFor.Supplier, null, null)]).Item.TakenBackAt(desk));
    }

    [Fact]
    public void Who_goes_and_hands_back_leaves_nothing_behind()
    {
        var desk = Given.Desk with { Agents = [Given.Anna with { Presence = Presence.HandBack }, Given.Bo] };

        var handed = Assert.IsType<Assigned>(Assert.Single(Waking.Decide(Given.Ticket(Given.Anna).Item, At(desk, Given.Nine))));

        Assert.Equal((Given.Bo.Id, "handBack"), (handed.AssigneeId, handed.Why));
    }

    [Fact]
    public void What_the_desk_could_give_to_nobody_is_sought_a_holder_for_and_what_a_person_gave_a_team_is_not()
    {
        Assert.True(Given.Ticket().Item.Seeks);
        Assert.False(Given.Ticket(Given.Anna).Item.Seeks);
        Assert.False(Given.Ticket(Given.Anna).After(item => AssignTicket.Decide(item, "network", null, null, Given.At(Given.Nine, Given.Anna))).Item.Seeks);
    }

    private static Guid? Of(DeskSetUp desk, DateTimeOffset? at = null, (Agent Agent, Channel Channel, int Open)? holding = null)
        => Choice.Of(desk, desk.Team("t"), Ticket, holding is { } it ? new(Held(it.Agent, it.Channel, it.Open), Standing.Nothing.HandedAt) : Standing.Nothing, at ?? Given.Nine)?.Id;

    private static Dictionary<(Guid, Channel), int> Held(Agent agent, Channel channel, int open) => new() { [(agent.Id, channel)] = open };

    private static DeskSetUp Patient(TimeSpan patience) => Given.Desk with { Teams = [Given.Desk.Teams[0] with { TakeBackAfter = patience }, .. Given.Desk.Teams.Skip(1)] };

    private static Deciding At(DeskSetUp desk, DateTimeOffset now) => new(desk, Given.TheDesk, now, Standing.Nothing);

    private static DeskSetUp Desk(Team team, params Agent[] agents) => Desk(team, [], agents);

    private static DeskSetUp Desk(Team team, Skill[] skills, params Agent[] agents) => Given.Desk with { Teams = [team], Agents = [.. agents.Select(agent => agent with { Teams = ["t"] })], Skills = skills };
}
