using Desk.Contracts;

namespace Desk.Routing.Holders;

/// <summary>How the agents stand: how many open tickets each holds, by channel, and when each was last handed one.</summary>
internal sealed record Standing(IReadOnlyDictionary<(Guid Agent, Channel Channel), int> Held, IReadOnlyDictionary<Guid, DateTimeOffset> HandedAt)
{
    public static readonly Standing Nothing = new(new Dictionary<(Guid, Channel), int>(), new Dictionary<Guid, DateTimeOffset>());

    private static readonly Channel[] Channels = Enum.GetValues<Channel>();

    public int Open(Guid agent) => Channels.Sum(channel => Held.GetValueOrDefault((agent, channel)));

    public bool HasRoom(Agent agent, Channel channel)
        => agent.Capacity is not { Count: > 0 } capacity
            || ((!capacity.TryGetValue(channel.ToWord(), out var most) || Held.GetValueOrDefault((agent.Id, channel)) < most)
                && (!capacity.TryGetValue(Agent.AllChannels, out most) || Open(agent.Id) < most));
}
