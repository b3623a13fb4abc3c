using System.Net.Http.Json;
using Desk.Analytics.Measures;
using Desk.Contracts;
using Desk.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Desk.Analytics.Tests;

/// <summary>
/// The analytics service with a clock that stands on a Wednesday at noon in Stockholm, and tickets whose events a test tells of. What is told is
/// said to the broker in any order, and some of it twice.
/// </summary>
internal sealed class AnalyticsDesk : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 11, 0, 0, TimeSpan.Zero);

    private readonly List<Func<TestBroker, Task>> _told = [];
    private readonly List<Guid> _messages = [];

    private AnalyticsDesk(ServiceHost<OverviewStore> host) => Host = host;

    public ServiceHost<OverviewStore> Host { get; }

    public static async Task<AnalyticsDesk> StartAsync()
        => new(await ServiceHost.StartAsync<OverviewStore>("analytics", new HostOptions { Clock = new FakeTimeProvider(Now) }));

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>A moment so many minutes before now.</summary>
    public static DateTimeOffset Ago(double minutes) => Now.AddMinutes(-minutes);

    public AnalyticsDesk Tell<TEvent>(Guid about, TEvent happened) where TEvent : class
    {
        var id = Guid.CreateVersion7();
        _messages.Add(id);
        _told.Add(broker => broker.Say(about, happened, id));
        return this;
    }

    /// <summary>Says all that was told, shuffled, every third twice, and waits until it is taken in.</summary>
    public async Task Said(int seed = 1)
    {
        var order = _told.Concat(_told.Where((_, i) => i % 3 == 0)).ToArray();
        new Random(seed).Shuffle(order);
        foreach (var say in order)
            await say(Host.Broker);
        await Wait.Until(
            async () => await Host.Value<long>("select count(distinct message_id) from messaging.inbox where message_id = any($1)", _messages.ToArray()) == _messages.Count
                && await Host.Broker.Waiting("analytics") == 0,
            "all that was told is taken in", TimeSpan.FromSeconds(20));
        _told.Clear();
    }

    public async Task<Overview> Overview() => (await Host.As(Callers.Agent).GetFromJsonAsync<Overview>("/api/v1/analytics/overview"))!;

    public TicketStory Ticket(string number) => new(this, number);
}

/// <summary>What happens to one ticket, in the order it happens; the version of its work counts up.</summary>
internal sealed class TicketStory(AnalyticsDesk desk, string number)
{
    private static readonly Actor Anna = new(ActorKind.Agent, Guid.CreateVersion7(), "Anna Lind");
    private static readonly Person Rut = new(Guid.CreateVersion7(), "rut.hansson@nordvik.example", "Rut Hansson", null, "sv", null, null);

    private readonly Guid _id = Guid.CreateVersion7();
    private Target _answer = new(TargetKind.Answer, null, null, false, false);
    private Target _resolution = new(TargetKind.Resolution, null, null, false, false);
    private Work _work = new(
        0, TicketStatus.New, null, TicketType.Incident, null, Impact.One, Urgency.Medium, Priority.P4, "service-desk", "Servicedesk", null,
        null, null, null, "Svara", null, []);

    public Guid Id => _id;

    public TicketStory Registered(DateTimeOffset at)
    {
        desk.Tell(_id, new TicketRegistered(_id, number, at, Channel.Mail, Rut, $"Ärende {number}", "Text", Guid.CreateVersion7(), null, null, null, null, false, true, null, null, []));
        return this;
    }

    public TicketStory Triaged(DateTimeOffset at, Priority priority, string team, DateTimeOffset answerDue, DateTimeOffset resolutionDue)
    {
        _answer = _answer with { DueAt = answerDue };
        _resolution = _resolution with { DueAt = resolutionDue };
        var work = Next(_work.Status) with { Priority = priority, Team = team, TeamName = team };
        desk.Tell(_id, new TicketTriaged(_id, number, at, _work = work, new Actor(ActorKind.System, null, null), 0.9));
        return this;
    }

    public TicketStory Replied(DateTimeOffset at)
    {
        desk.Tell(_id, new AgentReplied(_id, number, at, Guid.CreateVersion7(), Anna, Rut, "Svar", "Text", null, [], null, []));
        return this;
    }

    public TicketStory Answered(DateTimeOffset at)
    {
        _answer = _answer with { MetAt = at, Missed = _answer.Missed || at > _answer.DueAt };
        desk.Tell(_id, new TargetMet(_id, number, at, Next(TicketStatus.Open), TargetKind.Answer, _answer.DueAt!.Value, at, _answer.Missed));
        return this;
    }

    public TicketStory AnswerMissed()
    {
        _answer = _answer with { Missed = true };
        desk.Tell(_id, new TargetMissed(_id, number, _answer.DueAt!.Value, Next(_work.Status), TargetKind.Answer, _answer.DueAt.Value));
        return this;
    }

    public TicketStory Waiting(DateTimeOffset at)
    {
        _resolution = _resolution with { Paused = true };
        var from = _work.Status;
        desk.Tell(_id, new TicketStatusChanged(_id, number, at, Next(TicketStatus.Waiting), Anna, from, null));
        return this;
    }

    public TicketStory Resolved(DateTimeOffset at)
    {
        _resolution = _resolution with { MetAt = at, Missed = at > _resolution.DueAt };
        desk.Tell(_id, new TicketResolved(_id, number, at, Next(TicketStatus.Resolved), Anna, "Löst"));
        return this;
    }

    public TicketStory Reopened(DateTimeOffset at)
    {
        _resolution = _resolution with { MetAt = null };
        var from = _work.Status;
        desk.Tell(_id, new TicketStatusChanged(_id, number, at, Next(TicketStatus.Open), Anna, from, null));
        return this;
    }

    public TicketStory Closed(DateTimeOffset at)
    {
        desk.Tell(_id, new TicketClosed(_id, number, at, Next(TicketStatus.Closed), Anna, null));
        return this;
    }

    public TicketStory Merged(DateTimeOffset at)
    {
        var into = new TicketRef(Guid.CreateVersion7(), "D-1");
        _work = Next(TicketStatus.Closed) with { Targets = [], MergedInto = into };
        desk.Tell(_id, new TicketMerged(_id, number, at, _work, Anna, into, null));
        return this;
    }

    public TicketStory Unmerged(DateTimeOffset at)
    {
        var from = _work.MergedInto!;
        desk.Tell(_id, new TicketUnmerged(_id, number, at, Next(TicketStatus.New) with { MergedInto = null }, Anna, from, null));
        return this;
    }

    public TicketStory BlackHole(DateTimeOffset at, bool mended = false)
    {
        desk.Tell(_id, new BlackHoleFound(_id, number, at, "no holder", mended));
        return this;
    }

    private Work Next(TicketStatus status)
        => _work = _work with { Version = _work.Version + 1, Status = status, Targets = [_answer, _resolution] };
}
