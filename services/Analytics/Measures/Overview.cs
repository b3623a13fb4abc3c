namespace Desk.Analytics.Measures;

/// <summary>
/// The desk at a glance, counted when asked. Flow is of the last 24 clock hours, the one that runs included; mail and deliveries are of the last
/// 24 hours, answer and resolution of the last seven days.
/// </summary>
internal sealed record Overview(
    DateTimeOffset At, OpenTickets Open, IReadOnlyList<FlowHour> Flow, TargetMeasure Answer, TargetMeasure Resolution,
    IReadOnlyList<WaitingTicket> OldestWaiting, IReadOnlyList<WaitingTicket> Overdue, int OverdueTotal, IReadOnlyList<BlackHole> BlackHoles,
    MailMeasure Mail, DeliveryMeasure Deliveries);

/// <summary>
/// Open is every ticket whose newest status is neither resolved nor closed. The priorities are all five, also those with none;
/// untriaged are registered and not yet triaged: total is the sum of the priorities and the untriaged.
/// </summary>
internal sealed record OpenTickets(int Total, IReadOnlyList<PriorityCount> ByPriority, int Untriaged, IReadOnlyList<TeamCount> ByTeam);

/// <summary>How many open tickets have the priority, P1 to P5.</summary>
internal sealed record PriorityCount(string Priority, int Count);

/// <summary>Team and teamName are left out for tickets that no team holds.</summary>
internal sealed record TeamCount(string? Team, string? TeamName, int Count);

/// <summary>
/// In: tickets registered or reopened in the hour, or whose merge was undone. Out: tickets resolved in it, closed without having been resolved, or
/// merged into another. So in less out, from the
/// beginning, is what is open. Hours with nothing are there too; hour is its start, on the desk's clock.
/// </summary>
internal sealed record FlowHour(DateTimeOffset Hour, int In, int Out);

/// <summary>
/// How long it took, in minutes by the wall clock from registration, for the <c>count</c> tickets it happened to in the last seven days: answer is
/// the first answer of a human; resolution is the latest one, of tickets that were not reopened since. Median and ninetieth percentile are
/// interpolated, and left out when there is none. WithinTarget, 0 to 1: of the promises that were kept, or fell due unkept, in those days, the
/// share kept; left out when there is none.
/// </summary>
internal sealed record TargetMeasure(int Count, double? MedianMinutes, double? P90Minutes, double? WithinTarget);

/// <summary>
/// Since: when the desk last spoke to the requester; the registration if it never has. DueAt: the earliest promise that is neither kept nor paused.
/// Oldest waiting are the ten with the oldest since among tickets that wait for the desk (new or open); overdue are those whose dueAt has passed,
/// most overdue first, at most fifty.
/// </summary>
internal sealed record WaitingTicket(
    string Number, string? Subject, string? Priority, string? Team, string? TeamName, string Status, DateTimeOffset Since, string? NextStep, DateTimeOffset? DueAt);

/// <summary>An open ticket that was found without holder, next step or time, and has not been mended since.</summary>
internal sealed record BlackHole(string Number, string Reason, DateTimeOffset Since);

/// <summary>Every mail received, by what became of it; received is the sum.</summary>
internal sealed record MailMeasure(int Received, int Tickets, int Replies, int Automatic, int Bounces, int Ignored, int Quarantined);

/// <summary>Mails handed over, and mails given up.</summary>
internal sealed record DeliveryMeasure(int Sent, int Failed);
