using Desk.Contracts;
using Desk.Routing.SetUp;
using Desk.Routing.Work;

namespace Desk.Routing.Holders;

/// <summary>
/// A ticket in search of a holder. Helper is who helped its requester last; Not is who has just lost it. MostOpen: who holds so many already, and
/// has no capacity of their own, is not asked.
/// </summary>
internal sealed record Seeking(
    string? Category, Channel Channel, DateTimeOffset RegisteredAt, Guid? Helper = null, Guid? Not = null, int MostOpen = int.MaxValue)
{
    public static Seeking Of(WorkItem item) => new(item.Category, item.Channel, item.RegisteredAt);
}

/// <summary>Whom a ticket is handed to.</summary>
internal static class Choice
{
    /// <summary>
    /// By the team's own strategy, among those of it who are available, on duty and have room, and who have the skill while that is asked for; null when there
    /// is none, or the team takes its tickets by hand. Leads and admins are not handed tickets. Of equals, the first by id.
    /// </summary>
    public static Agent? Of(DeskSetUp desk, Team? team, Seeking ticket, Standing standing, DateTimeOffset now)
    {
        if (team is null or { Assign: Strategy.ByHand })
            return null;
        var able = desk.Members(team.Key)
            .Where(agent => agent is { Presence: Presence.Available, Role: Role.Agent } && agent.Id != ticket.Not && standing.HasRoom(agent, ticket.Channel)
                && desk.Duties.IsOn(agent, team.Key, now))
            .Where(agent => agent.Capacity?.ContainsKey(Agent.AllChannels) == true || ticket.MostOpen == int.MaxValue || standing.Open(agent.Id) < ticket.MostOpen)
            .Where(agent => !AsksForSkill(team, ticket, now) || MayTake(desk, agent, ticket.Category))
            .ToList();
        return (team.SameAgent ? able.Find(agent => agent.Id == ticket.Helper) : null) ?? team.Assign switch
        {
            Strategy.LeastLoad => able.OrderBy(agent => standing.Open(agent.Id)).ThenBy(agent => agent.Id).FirstOrDefault(),
            Strategy.RoundRobin => able.OrderBy(agent => standing.HandedAt.GetValueOrDefault(agent.Id)).ThenBy(agent => agent.Id).FirstOrDefault(),
            Strategy.ByHand => null,
        };
    }

    /// <summary>The agent has every skill that tickets of the category need.</summary>
    public static bool MayTake(DeskSetUp desk, Agent agent, string? category)
        => desk.Skills.All(skill => skill.Categories?.Contains(category) != true || agent.Knows(skill.Key, skill.Level));

    public static bool AsksForSkill(Team team, Seeking ticket, DateTimeOffset now)
        => team.SkillForMinutes is { } minutes && now < ticket.RegisteredAt + TimeSpan.FromMinutes(minutes);
}
