using Desk.Contracts;
using Desk.Routing.Clocks;

namespace Desk.Routing.Work;

/// <summary>What happens next and by when. Code is one of the constants: screens and mails put it in words.</summary>
internal readonly record struct NextStep(string? Code, DateTimeOffset? At)
{
    /// <summary>A human must say what it is about.</summary>
    public const string Look = "look";
    public const string Answer = "answer";
    public const string Reply = "reply";
    public const string Update = "update";
    public const string Solve = "solve";
    public const string WaitRequester = "waitRequester";
    public const string WaitSupplier = "waitSupplier";
    public const string ResumeAt = "resumeAt";

    /// <summary>The requester says whether all is well; at the time it is taken for granted.</summary>
    public const string Confirm = "confirm";

    /// <summary>The first thing that is promised, of what runs; a pause ends by itself or is asked after.</summary>
    public static NextStep Of(WorkItem item, IReadOnlyList<Clock> clocks)
    {
        if (item.Status == TicketStatus.Closed)
            return default;
        if (item.Status == TicketStatus.Resolved)
            return new(Confirm, item.ClosesAt);

        var steps = ClockFold.Current(clocks)
            .Where(clock => !clock.IsOver && !clock.IsPaused)
            .Select(clock => new NextStep(CodeOf(clock.Target, item), clock.DueAt));
        if (item.Status == TicketStatus.Waiting)
        {
            steps = steps.Append(new(item.WaitingFor switch
            {
                WaitingFor.Requester => WaitRequester,
                WaitingFor.Supplier => WaitSupplier,
                WaitingFor.Time or null => ResumeAt,
                _ => throw new ArgumentOutOfRangeException(nameof(item), item.WaitingFor, null),
            }, item.WaitsUntil));
        }
        // A step without a time is kept, last: the monitor of black holes will name it.
        return steps.OrderBy(step => step.At ?? DateTimeOffset.MaxValue).FirstOrDefault();
    }

    private static string CodeOf(TargetKind target, WorkItem item) => target switch
    {
        TargetKind.Answer => item.Unsure ? Look : Answer,
        TargetKind.Reply => Reply,
        TargetKind.Update => Update,
        TargetKind.Resolution => Solve,
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, null),
    };
}
