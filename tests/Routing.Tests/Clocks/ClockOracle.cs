using Desk.Contracts;
using Desk.Routing.Clocks;
using Desk.Routing.Tests.Calendars;

namespace Desk.Routing.Tests.Clocks;

/// <summary>What is promised, in minutes, and the calendar that counts them.</summary>
internal sealed record PlainTerms(AnyTime.Case Calendar, IReadOnlyDictionary<TargetKind, int> Minutes)
{
    public Terms Terms { get; } = new(
        new Promises(Of(Minutes, TargetKind.Answer), Of(Minutes, TargetKind.Reply), Of(Minutes, TargetKind.Update), Of(Minutes, TargetKind.Resolution)), Calendar.Calendar);

    private static TimeSpan? Of(IReadOnlyDictionary<TargetKind, int> minutes, TargetKind target)
        => minutes.TryGetValue(target, out var promise) ? TimeSpan.FromMinutes(promise) : null;
}

/// <summary>What happens in one minute of the ticket's life.</summary>
internal sealed record Step(int Minute, ClockEventType Type, PlainTerms? Terms);

/// <summary>A clock as the oracle reads it off; minutes from the ticket's registration. Due is null when it is not within the oracle's sight.</summary>
internal sealed record PlainClock(TargetKind Target, int Number, bool Paused, int? Met, int? Ended, int Worked, int? Due, bool Missed);

/// <summary>
/// The clocks by their definition (docs/adr/0031-clocks.md), slowly: it lives through the ticket minute by minute, and keeps for every clock the minutes in which it ran. It
/// knows nothing of stretches, and asks the wall clock about each minute.
/// </summary>
internal sealed class ClockOracle(DateTimeOffset start)
{
    /// <summary>How far past the reading it looks for when a promise will be used up.</summary>
    public const int Sight = 6_000;

    private sealed class Ticking(TargetKind target, int number, PlainTerms terms)
    {
        public TargetKind Target { get; } = target;
        public int Number { get; } = number;
        public PlainTerms Terms { get; set; } = terms;
        public List<int> Ran { get; set; } = [];
        public bool Runs { get; set; } = true;
        public bool RanToTheEnd { get; set; }
        public int? Met { get; set; }
        public int? Ended { get; set; }
        public bool IsOpen => Met is null && Ended is null;

        public void End(int minute, bool met)
        {
            (RanToTheEnd, Runs) = (Runs, false);
            if (met)
                Met = minute;
            else
                Ended = minute;
        }
    }

    private readonly List<Ticking> _clocks = [];
    private readonly List<int> _awake = [];
    private readonly Dictionary<(AnyTime.Case, int), bool> _working = [];
    private PlainTerms _terms = null!;
    private bool _paused, _over, _answered;

    public IReadOnlyList<PlainClock> Read(IReadOnlyList<Step> steps, int at)
    {
        for (var minute = 0; minute <= at; minute++)
        {
            foreach (var step in steps.Where(step => step.Minute == minute))
                Take(step);
            if (minute == at)
                break;
            foreach (var clock in _clocks.Where(clock => clock.IsOpen && clock.Runs))
                clock.Ran.Add(minute);
            if (!_paused && !_over)
                _awake.Add(minute);
        }
        return [.. _clocks.Select(clock => Read(clock, at))];
    }

    private PlainClock Read(Ticking clock, int at)
    {
        var promise = clock.Terms.Minutes[clock.Target];
        var worked = clock.Ran.Where(minute => IsWorking(clock, minute)).ToList();
        int? due = worked.Count >= promise ? worked[promise - 1] + 1 : null;
        if (due is null && (clock.IsOpen ? clock.Runs : clock.RanToTheEnd))
        {
            var left = promise - worked.Count;
            var stopped = clock.Met ?? clock.Ended ?? at;
            for (var minute = stopped; minute < stopped + Sight && due is null; minute++)
            {
                if (IsWorking(clock, minute) && --left == 0)
                    due = minute + 1;
            }
        }
        return new PlainClock(
            clock.Target, clock.Number, clock.IsOpen && !clock.Runs, clock.Met, clock.Ended, worked.Count, due, due is not null && (clock.Met ?? clock.Ended ?? at) > due);
    }

    private bool IsWorking(Ticking clock, int minute)
    {
        var key = (clock.Terms.Calendar, minute);
        if (!_working.TryGetValue(key, out var working))
            _working[key] = working = clock.Terms.Calendar.IsWorking(start.AddMinutes(minute));
        return working;
    }

    private void Take(Step step)
    {
        switch (step.Type)
        {
            case ClockEventType.Registered:
                _terms = step.Terms!;
                Begin(TargetKind.Answer);
                Begin(TargetKind.Update);
                Begin(TargetKind.Resolution);
                break;
            case ClockEventType.RequesterMessage:
                if (Open(TargetKind.Reply) is null)
                    Begin(TargetKind.Reply);
                break;
            case ClockEventType.AgentMessage:
                _answered = true;
                Open(TargetKind.Answer)?.End(step.Minute, met: true);
                Open(TargetKind.Reply)?.End(step.Minute, met: true);
                Open(TargetKind.Update)?.End(step.Minute, met: true);
                if (!_over)
                    Begin(TargetKind.Update, runs: !_paused);
                break;
            case ClockEventType.Paused when !_over:
                if (!_paused)
                    _clocks.ForEach(clock => clock.Runs &= !clock.IsOpen);
                _paused = true;
                break;
            case ClockEventType.Resumed when !_over && _paused:
                _paused = false;
                _clocks.ForEach(clock => clock.Runs |= clock.IsOpen);
                break;
            case ClockEventType.Resolved when !_over:
                _answered = true;
                foreach (var clock in Open())
                    clock.End(step.Minute, met: true);
                (_over, _paused) = (true, false);
                break;
            case ClockEventType.Closed:
                foreach (var clock in Open())
                    clock.End(step.Minute, met: clock.Target == TargetKind.Resolution);
                (_over, _paused) = (true, false);
                break;
            case ClockEventType.Reopened when _over:
                _over = false;
                if (_clocks.FindLast(clock => clock.Target == TargetKind.Resolution) is { } resolution)
                {
                    if (_terms.Minutes.ContainsKey(TargetKind.Resolution))
                        (resolution.Met, resolution.Ended, resolution.Runs, resolution.Terms) = (null, null, true, _terms);
                    else
                        (resolution.Met, resolution.Ended, resolution.RanToTheEnd) = (null, step.Minute, false);
                }
                Begin(TargetKind.Update);
                break;
            case ClockEventType.Retargeted:
                _terms = step.Terms!;
                foreach (var clock in Open())
                {
                    if (_terms.Minutes.ContainsKey(clock.Target))
                        clock.Terms = _terms;
                    else
                        clock.End(step.Minute, met: false);
                }
                if (_over)
                    break;
                if (!_answered && Open(TargetKind.Answer) is null)
                    BeginBack(TargetKind.Answer);
                if (Open(TargetKind.Resolution) is null)
                    BeginBack(TargetKind.Resolution);
                if (Open(TargetKind.Update) is null)
                    Begin(TargetKind.Update, runs: !_paused);
                break;
        }
    }

    private List<Ticking> Open() => _clocks.FindAll(clock => clock.IsOpen);

    private Ticking? Open(TargetKind target) => _clocks.FindLast(clock => clock.IsOpen && clock.Target == target);

    private Ticking? Begin(TargetKind target, bool runs = true)
    {
        if (!_terms.Minutes.ContainsKey(target))
            return null;
        _clocks.Add(new Ticking(target, _clocks.Count(clock => clock.Target == target) + 1, _terms) { Runs = runs });
        return _clocks[^1];
    }

    private void BeginBack(TargetKind target)
    {
        if (Begin(target, runs: !_paused) is { } clock)
            clock.Ran = [.. _awake];
    }
}
