using Desk.Contracts;

namespace Desk.Routing.Clocks;

/// <summary>
/// Turns the life of a ticket into its clocks. Nothing else decides a due time: the live desk, the explanation and the preview all fold the
/// same events here, so they cannot disagree. The rules are in docs/adr/0031-clocks.md.
/// </summary>
internal sealed class ClockFold
{
    private sealed class Builder(TargetKind target, int number, Terms terms)
    {
        public TargetKind Target => target;
        public int Number => number;
        public Terms Terms { get; set; } = terms;
        public List<Run> Runs { get; } = [];
        public DateTimeOffset? MetAt { get; set; }
        public DateTimeOffset? EndedAt { get; set; }
        public bool IsOpen => MetAt is null && EndedAt is null;

        public void Stop(DateTimeOffset at)
        {
            if (Runs is [.., { To: null } last])
                Runs[^1] = last with { To = Later(at, last.From) };
        }

        public void Start(DateTimeOffset at)
        {
            if (Runs is not [.., { To: null }])
                Runs.Add(new Run(at, null));
        }

        public Clock Build() => new(target, number, Terms.Promises.Of(target)!.Value, Terms.Calendar, Runs, MetAt, EndedAt);

        private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
    }

    private static readonly TargetKind[] AllTargets = Enum.GetValues<TargetKind>();

    private readonly List<Builder> _clocks = [];
    // When the ticket was neither paused nor over: what a promise that is made late counts back over.
    private readonly List<Run> _awake = [];
    private Terms? _terms;
    private bool _paused, _over, _answered;

    private ClockFold() { }

    /// <summary>
    /// Every clock the events have started, in the order they started, as it stands at an instant; later events do not count.
    /// Events may come in any order: they are taken by their own time, and at the same time in the order given.
    /// </summary>
    public static IReadOnlyList<Clock> Of(IEnumerable<ClockEvent> events, DateTimeOffset at)
    {
        var fold = new ClockFold();
        foreach (var happened in events.Where(happened => happened.At <= at).OrderBy(happened => happened.At))
            fold.Take(happened);
        return [.. fold._clocks.Select(clock => clock.Build())];
    }

    /// <summary>The clock of each target that counts now: the last that was started.</summary>
    public static IReadOnlyList<Clock> Current(IReadOnlyList<Clock> clocks)
        => [.. AllTargets.Select(target => clocks.LastOrDefault(clock => clock.Target == target)).OfType<Clock>()];

    private void Take(ClockEvent happened)
    {
        var at = happened.At;
        switch (happened.Type)
        {
            case ClockEventType.Registered:
                _terms = happened.Terms;
                _awake.Add(new Run(at, null));
                Begin(TargetKind.Answer, at);
                Begin(TargetKind.Update, at);
                Begin(TargetKind.Resolution, at);
                break;

            case ClockEventType.RequesterMessage:
                // Also in a pause: the pause is of the work, but a person has asked and waits. From the oldest unanswered message.
                if (Open(TargetKind.Reply) is null)
                    Begin(TargetKind.Reply, at);
                break;

            case ClockEventType.AgentMessage:
                _answered = true;
                Meet(TargetKind.Answer, at);
                Meet(TargetKind.Reply, at);
                Meet(TargetKind.Update, at);
                if (!_over)
                    Begin(TargetKind.Update, at, running: !_paused);
                break;

            case ClockEventType.Paused when !_over && !_paused:
                _paused = true;
                foreach (var clock in _clocks.Where(clock => clock.IsOpen))
                    clock.Stop(at);
                Sleep(at);
                break;

            case ClockEventType.Resumed when !_over && _paused:
                _paused = false;
                foreach (var clock in _clocks.Where(clock => clock.IsOpen))
                    clock.Start(at);
                _awake.Add(new Run(at, null));
                break;

            case ClockEventType.Resolved when !_over:
                // The solution tells the requester all that was promised: it is an answer, a reply and an update too.
                _answered = true;
                foreach (var target in AllTargets)
                    Meet(target, at);
                End(at);
                break;

            case ClockEventType.Closed:
                Meet(TargetKind.Resolution, at);
                foreach (var clock in _clocks.Where(clock => clock.IsOpen))
                {
                    clock.Stop(at);
                    clock.EndedAt = at;
                }
                End(at);
                break;

            case ClockEventType.Reopened when _over:
                _over = false;
                _awake.Add(new Run(at, null));
                if (_clocks.FindLast(clock => clock.Target == TargetKind.Resolution) is { } resolution)
                {
                    // The time that was spent counts; the time it was thought to be solved does not.
                    (resolution.MetAt, resolution.EndedAt) = (null, null);
                    Renew(resolution, at);
                    if (resolution.EndedAt is null)
                        resolution.Start(at);
                }
                Begin(TargetKind.Update, at);
                break;

            case ClockEventType.Retargeted:
                _terms = happened.Terms;
                foreach (var clock in _clocks.Where(clock => clock.IsOpen).ToList())
                    Renew(clock, at);
                if (_over)
                    break;
                if (!_answered && Open(TargetKind.Answer) is null)
                    BeginBack(TargetKind.Answer);
                if (Open(TargetKind.Resolution) is null)
                    BeginBack(TargetKind.Resolution);
                if (Open(TargetKind.Update) is null)
                    Begin(TargetKind.Update, at, running: !_paused);
                break;

            // Pausing what is paused, resuming what runs, solving what is solved: nothing moves.
            case ClockEventType.Paused or ClockEventType.Resumed or ClockEventType.Resolved or ClockEventType.Reopened:
                break;
        }
    }

    private Builder? Open(TargetKind target) => _clocks.FindLast(clock => clock.Target == target && clock.IsOpen);

    private void Begin(TargetKind target, DateTimeOffset at, bool running = true)
    {
        if (Make(target) is not { } clock)
            return;
        clock.Start(at);
        if (!running)
            clock.Stop(at);
    }

    /// <summary>A promise that comes late counts from the registration, without the pauses.</summary>
    private void BeginBack(TargetKind target)
    {
        if (_awake.Count > 0 && Make(target) is { } clock)
            clock.Runs.AddRange(_awake);
    }

    private Builder? Make(TargetKind target)
    {
        if (_terms?.Promises.Of(target) is null)
            return null;
        var clock = new Builder(target, _clocks.Count(clock => clock.Target == target) + 1, _terms);
        _clocks.Add(clock);
        return clock;
    }

    private void Meet(TargetKind target, DateTimeOffset at)
    {
        if (Open(target) is not { } clock)
            return;
        clock.Stop(at);
        clock.MetAt = at;
    }

    /// <summary>New terms hold from the start of a clock: its runs stay as they are, promise and calendar change.</summary>
    private void Renew(Builder clock, DateTimeOffset at)
    {
        if (_terms!.Promises.Of(clock.Target) is not null)
        {
            clock.Terms = _terms;
            return;
        }
        clock.Stop(at);
        clock.EndedAt = at;
    }

    private void Sleep(DateTimeOffset at)
    {
        if (_awake is [.., { To: null } last])
            _awake[^1] = last with { To = at };
    }

    private void End(DateTimeOffset at)
    {
        (_over, _paused) = (true, false);
        Sleep(at);
    }
}
