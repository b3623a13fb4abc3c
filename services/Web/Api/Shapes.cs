using System.Text.Json.Serialization;
using Desk.Contracts;

namespace Desk.Web.Api;

/// <summary>A page of a list; Next is what to ask after, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A ticket as the public API shows it. Priority is null until the ticket is triaged.</summary>
public sealed record Ticket(
    Guid Id, string Number, string Subject, Channel Channel, TicketStatus Status, WaitingFor? WaitingFor, TicketType? Type, string? Category,
    Impact? Impact, Urgency? Urgency, Priority? Priority, string? Team, string? TeamName, Line? Line, string? Assignee, string? AssigneeName,
    Requester? Requester, string? NextStep, DateTimeOffset? NextStepAt, IReadOnlyList<TicketClock>? Clocks, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt, long Version, string? MergedInto = null, Ownership Ownership = Ownership.Work)
{
    [JsonIgnore]
    public bool IsOver => Status is TicketStatus.Resolved or TicketStatus.Closed;

    /// <summary>The clock that is due first, of those that run.</summary>
    [JsonIgnore]
    public TicketClock? FirstDue => Clocks?.Where(c => c is { MetAt: null, Paused: false, DueAt: not null }).MinBy(c => c.DueAt);
}

public sealed record TicketClock(TargetKind Target, DateTimeOffset? DueAt, DateTimeOffset? MetAt, bool Missed, bool Paused);

public sealed record Requester(Guid? Id, string Email, string? Name, string? Phone, string? Language, string? Organisation, bool? Vip = null)
{
    [JsonIgnore]
    public string Display => string.IsNullOrWhiteSpace(Name) ? Email : Name;
}

public sealed record PersonChange(bool Vip);

public sealed record Address(string? Email, string? Name)
{
    [JsonIgnore]
    public string Display => string.IsNullOrWhiteSpace(Name) ? Email ?? "" : Name;
}

public sealed record Message(
    Guid Id, DateTimeOffset At, string Direction, Channel Channel, Address? From, IReadOnlyList<string>? To, IReadOnlyList<string>? Cc,
    string? Subject, string? Text, string? Html, IReadOnlyList<Attachment>? Attachments, string? Delivery, string? Folded = null,
    string? Number = null);

public sealed record Note(Guid Id, DateTimeOffset At, Address? From, string Text, IReadOnlyList<Attachment>? Attachments, string? Number = null);

/// <summary>A ticket that belongs together with another. Kind: <c>mergedInto</c>, <c>takenIn</c>, <c>splitFrom</c>, <c>splitInto</c>, <c>continues</c>,
/// <c>continuedBy</c>, <c>parent</c>, <c>child</c>, <c>problem</c> (then Number is a problem's) or <c>related</c>.</summary>
public sealed record TicketLink(string Number, string Kind, string Subject, TicketStatus Status);

/// <summary>ContentId: shown in place by the message's HTML. Held: not to be had, <c>waiting</c> for its scan or <c>infected</c>.</summary>
public sealed record Attachment(Guid Id, string Name, string? ContentType, long Size, string? ContentId = null, string? Held = null);

/// <summary>A file of a ticket; one that came with a message or a note says which.</summary>
public sealed record TicketFile(Guid Id, string Name, string? ContentType, long Size, DateTimeOffset At, Guid? MessageId, Guid? NoteId, string? Held = null);

/// <summary>An article that was found; marks are the stretches of the snippet that were asked for.</summary>
public sealed record Found(Guid Id, string Slug, string Title, string? Snippet, double Score, string? Language, IReadOnlyList<FoundMark>? Marks = null);

public sealed record FoundMark(int At, int Length);

/// <summary>On: the person whom the link was mailed gets updates on the ticket.</summary>
public sealed record TicketUpdates(string Number, bool On);

/// <summary>
/// Html is made safe by Knowledge. Body (Markdown), Tellable (the part of it that may be sent to a requester) and what follows are given to agents
/// only. PublishedVersion is what readers see.
/// </summary>
public sealed record Article(
    Guid Id, string Slug, string Title, string? Html, string? Body, string? Language, string? Audience, int Version, DateTimeOffset? UpdatedAt,
    string? Tellable, string? Category, string? State, int? PublishedVersion, string? Owner, DateTimeOffset? PublishAt, DateTimeOffset? ReviewAt,
    DateTimeOffset? ExpiresAt, Guid? Translates = null, int? TranslatesVersion = null, IReadOnlyList<ArticleTranslation>? Translations = null, bool IsGuide = false);

/// <summary>A picture or file of an article; Markdown is how its text shows it.</summary>
public sealed record ArticleFile(string Name, string ContentType, int Size, DateTimeOffset At, string By, string Markdown);

/// <summary>What a file was until somebody replaced it or took it away.</summary>
public sealed record PastFile(long Id, string Name, string ContentType, int Size, DateTimeOffset At, string By, DateTimeOffset Until, string UntilBy);

/// <summary>A link of an article that does not lead where its readers can go.</summary>
public sealed record BrokenLinkLine(Guid ArticleId, string Slug, string Title, string? Language, string? Owner, string Url, string Reason, DateTimeOffset Since);

/// <summary>What was taken in from a zip of articles; tried: what would be. Outcome is <c>new</c>, <c>changed</c> or <c>same</c>.</summary>
public sealed record ImportedArticles(bool Tried, int New, int Changed, int Same, IReadOnlyList<ImportedArticle> Items);

public sealed record ImportedArticle(string Path, Guid Id, string Slug, string Outcome);

/// <summary>The front page of the help.</summary>
public sealed record HelpFront(IReadOnlyList<HelpCategory> Categories, IReadOnlyList<HelpLine> Guides, IReadOnlyList<HelpLine> Popular, IReadOnlyList<HelpLine> News);

public sealed record HelpCategory(string Key, int Articles);

public sealed record HelpLine(Guid Id, string Slug, string Title, string? Language, string? Category);

/// <summary>A step of a guide, and the way to it. End is <c>solved</c>, <c>ask</c> or <c>take</c>. Summary is the way as text.</summary>
public sealed record GuideStep(
    Guid Id, string Slug, string Title, string Language, int Version, string Intro, string Key, string Question, string Html, IReadOnlyList<GuideChoice> Choices,
    string? End, string? Category, IReadOnlyList<GuidePassed> Passed, string Via, string? Before, string Summary, bool Changed);

public sealed record GuideChoice(string Text, bool Back, string Via);

public sealed record GuidePassed(string Question, string Answer);

/// <summary>The same article in another language. For agents: OriginalVersion is the original's newest, SaysVersion the one that the translation says.</summary>
public sealed record ArticleTranslation(Guid Id, string Slug, string Title, string Language, bool? IsOriginal, int? OriginalVersion, int? SaysVersion, bool IsBehind);

/// <summary>A line in the list of articles. Used: in how many tickets an agent answered or solved with it.</summary>
public sealed record ArticleLine(
    Guid Id, string Slug, string Title, string? Language, string? Audience, string? Category, string? State, DateTimeOffset? UpdatedAt, string? Owner,
    int Helped, int DidNot, int Used, bool? Behind = null);

/// <summary>Whom requesters belong to.</summary>
public sealed record Organisation(Guid Id, string Name);

public sealed record ArticleVersion(int Version, string State, string Title, string Body, DateTimeOffset At, string By);

public sealed record ArticleFeedback(int Helped, int DidNot, IReadOnlyList<ArticleFeedbackLine> Items);

public sealed record ArticleFeedbackLine(Guid Id, int Version, bool Helped, string? Why, DateTimeOffset At);

public sealed record NewFeedback(bool Helped, string? Why);

/// <summary>What may solve a ticket: articles, solved tickets like it, open ones that look the same, and problems it may belong to.</summary>
public sealed record TicketProposals(
    IReadOnlyList<TicketProposal> Items, IReadOnlyList<SolvedAlike>? Similar = null, AlikeTickets? Alike = null, IReadOnlyList<LikelyProblem>? Problems = null)
{
    public static readonly TicketProposals None = new([]);

    [JsonIgnore]
    public bool IsEmpty => Items.Count == 0 && Similar is null or { Count: 0 } && Alike is null && Problems is null or { Count: 0 };
}

public sealed record TicketProposal(
    Guid ArticleId, string Slug, string Title, string? Snippet, string? Language, double Score, DateTimeOffset? OpenedAt, DateTimeOffset? UsedAt,
    string? Audience = null);

/// <summary>A solved ticket that is like one. Times: how many were solved by the same words.</summary>
public sealed record SolvedAlike(string Number, string Subject, string Solution, string? Language, DateTimeOffset SolvedAt, int Times, DateTimeOffset? UsedAt);

public sealed record AlikeTickets(int Count, DateTimeOffset Since, IReadOnlyList<AlikeTicket> Tickets);

public sealed record AlikeTicket(string Number, string Subject, TicketStatus Status, DateTimeOffset At);

public sealed record LikelyProblem(string Number, string Title, string Status, bool Major, string? Workaround, bool Attached);

/// <summary>What the base lacks. Misleading: articles that were used, and the tickets came back.</summary>
public sealed record Gaps(IReadOnlyList<Gap> Items, IReadOnlyList<FailedSearch> Searches, IReadOnlyList<MisleadingArticle> Misleading);

/// <summary>State is <c>open</c>, <c>owned</c>, <c>written</c>, <c>answered</c> or <c>dismissed</c>.</summary>
public sealed record Gap(
    Guid Id, string Title, string Words, string Language, string? Category, int Tickets, int Searches, double? MedianMinutes, double SavesMinutes, string? Owner,
    Guid? ArticleId, string? ArticleTitle, string State, int Uses, int Solved, string? Example);

public sealed record FailedSearch(string Key, string Words, string Language, int Times, DateTimeOffset LastAt);

public sealed record MisleadingArticle(Guid ArticleId, string Title, string Language, string? Owner, int Used, int Solved, int Misled, IReadOnlyList<string> Tickets);

/// <summary>What comes more than is normal. Weeks: how many it is compared with; 0 when the desk does not know yet.</summary>
public sealed record Trends(DateTimeOffset At, int Weeks, IReadOnlyList<Trend> Items);

/// <summary>Window is <c>hour</c>, <c>day</c> or <c>week</c>.</summary>
public sealed record Trend(
    string Window, IReadOnlyList<string> Words, string? Category, int Observed, double Expected, DateTimeOffset Since, int Open, IReadOnlyList<string> Tickets, string? Problem);

/// <summary>What requesters solved by themselves, and what it saved.</summary>
public sealed record SelfService(
    int Days, int Read, int Solved, int Left, int Asked, Worth Worth, decimal Saved, decimal AtMost, IReadOnlyList<SelfServiceLine> Items);

public sealed record SelfServiceLine(Guid ArticleId, string Title, string Slug, string Language, int Read, int Solved, int Left, int Asked);

public sealed record Worth(decimal MinuteCost, int ContactMinutes, string Currency);

/// <summary>Something the desk itself names, a team or a category.</summary>
public sealed record Named(string Key, string? Sv, string? En, string? Team, bool Retired = false);

public sealed record DeskAgent(Guid Id, string Email, string Name, bool Active, IReadOnlyList<string>? Teams);

/// <summary>The reader as an agent. Presence is <c>available</c>, <c>busy</c>, <c>away</c> or <c>handBack</c>.</summary>
public sealed record Myself(Guid Id, string Name, string Presence, IReadOnlyList<string>? Teams);

/// <summary>Where a ticket stands in the desk: its line's time, the teams it can go to (Next when none is named), and who is asked in.</summary>
public sealed record Place(
    string Number, string? Model, PlaceBox? Box, string? Next, IReadOnlyList<PlaceTeam>? Teams, string? Lead, string? Manager, IReadOnlyList<Ask>? Asks,
    IReadOnlyList<Later>? Later = null);

/// <summary>A time to put it off to, when the desk is open: <c>hour</c>, <c>tomorrow</c> or <c>nextWeek</c>.</summary>
public sealed record Later(string Key, DateTimeOffset At);

/// <summary>The steps of a ticket, and the desk's checklists.</summary>
public sealed record ChecklistAnswer(IReadOnlyList<ChecklistStep> Items, IReadOnlyList<ChecklistName> Lists);

public sealed record ChecklistStep(Guid Id, string Text, ChecklistTick? Done);

public sealed record ChecklistTick(DateTimeOffset At, string? By);

public sealed record ChecklistName(string Key, string Name);

/// <summary>Something an agent asked to be reminded of. Fell: its time has come.</summary>
public sealed record Reminder(Guid Id, string Number, DateTimeOffset At, string Note, bool Fell);

public sealed record PlaceBox(DateTimeOffset StartedAt, DateTimeOffset? DueAt, DateTimeOffset? HandsOnAt, bool Offered, bool Paused);

public sealed record PlaceTeam(string Key, string? Sv, string? En, IReadOnlyList<Need>? Needs);

/// <summary>What a team must be told when it is given a ticket.</summary>
public sealed record Need(string Key, string? Sv, string? En, bool Required);

/// <summary>A question to somebody who knows more. Mine: to the reader, or a team of theirs.</summary>
public sealed record Ask(Guid Id, string Number, string To, string Question, string By, DateTimeOffset At, bool Mine);

/// <summary>Who is on duty between two dates, and what does not work out.</summary>
public sealed record Roster(
    DateOnly From, DateOnly To, IReadOnlyList<DutyLine> Duties, IReadOnlyList<RosterConflict> Conflicts, IReadOnlyList<RosterFairness> Fairness,
    IReadOnlyList<RosterAbsence> Absences, IReadOnlyList<HandOver> HandOvers);

/// <summary>For is whose it was by the order; Why another has it: substitute, leave, extra or swap.</summary>
public sealed record DutyLine(
    DateOnly Date, string Shift, string? Sv, string? En, string Team, string? Agent, string? Name, DateTimeOffset From, DateTimeOffset To, bool OnCall, string? Rotation,
    string? For, string? Why);

public sealed record RosterConflict(DateOnly Date, string Kind, string Shift, string? Agent, string Sv, string En);

public sealed record RosterFairness(string Rotation, string? Sv, string? En, IReadOnlyList<RosterShare> Agents);

public sealed record RosterShare(string Agent, string Name, int Turns, int ByOrder);

public sealed record RosterAbsence(Guid Id, string Agent, string Name, DateOnly From, DateOnly To, string? Reason, string? Substitute);

public sealed record HandOver(Guid Id, string Shift, string Words, string By, DateTimeOffset At);

/// <summary>A day of an iCal file.</summary>
public sealed record DayRead(DateOnly Date, string? Summary);

public sealed record DutyFeed(string Path, DateTimeOffset Until);

/// <summary>A version of a document of the set-up.</summary>
public sealed record SetUpVersion(long Version, DateTimeOffset At, string By);

/// <summary>An agent with all that a lead sets.</summary>
public sealed record AgentSetUp(
    Guid Id, string Email, string Name, bool Active, string? Presence, IReadOnlyList<string>? Teams, IReadOnlyDictionary<string, int>? Skills,
    IReadOnlyDictionary<string, int>? Capacity);

/// <summary>What a rule would have done with past tickets.</summary>
public sealed record RulePreview(int Looked, int Holds, int Changes, IReadOnlyList<RuleHit> Items);

/// <summary>What a trigger would have done on past tickets; Would as the timeline has it.</summary>
public sealed record TriggerPreview(int Looked, int Fires, int AtOnce, IReadOnlyList<TriggerHit> Items);

public sealed record TriggerHit(string Number, string Words, DateTimeOffset At, IReadOnlyList<string> Would);

/// <summary>How often a trigger fired, and since when it is stopped.</summary>
public sealed record TriggerState(string Key, int LastHour, int LastDay, int HeldBack, DateTimeOffset? LastAt, DateTimeOffset? StoppedAt);

public sealed record RuleHit(string Number, string Words, IReadOnlyDictionary<string, RuleChange> Would);

public sealed record RuleChange(string? Is, string Would);

/// <summary>How a promise is fulfilled. Kept and UsedMedian are shares of 1; MarginMinutes is what all but the slowest twentieth have left. Verdict: under, steady, over.</summary>
public sealed record PaceLine(TargetKind Target, Priority Priority, int Count, double Kept, double PromiseMinutes, double UsedMedian, double MarginMinutes, string Verdict);

/// <summary>What of a ticket comes back when it is changed.</summary>
public sealed record TakenTicket(string Number);

public sealed record PersonFound(Guid Id, string Email, string? Name, string? Phone, string? Organisation);

/// <summary>What the wall monitor shows, all in one answer.</summary>
public sealed record Overview(
    DateTimeOffset At, OpenNow Open, IReadOnlyList<FlowHour>? Flow, Speed? Answer, Speed? Resolution, IReadOnlyList<WaitingTicket>? OldestWaiting,
    IReadOnlyList<WaitingTicket>? Overdue, long? OverdueTotal, IReadOnlyList<BlackHole>? BlackHoles, MailCounts? Mail, DeliveryCounts? Deliveries);

public sealed record OpenNow(long Total, IReadOnlyList<PriorityCount>? ByPriority, long Untriaged, IReadOnlyList<TeamCount>? ByTeam);

public sealed record PriorityCount(Priority? Priority, long Count);

public sealed record TeamCount(string? Team, string? TeamName, long Count);

public sealed record FlowHour(DateTimeOffset Hour, long In, long Out);

/// <summary>WithinTarget is a share of 1.</summary>
public sealed record Speed(double? MedianMinutes, double? P90Minutes, double? WithinTarget);

public sealed record WaitingTicket(
    string Number, string? Subject, Priority? Priority, string? Team, string? TeamName, DateTimeOffset Since, string? NextStep, DateTimeOffset? DueAt);

public sealed record BlackHole(string Number, string? Reason, DateTimeOffset Since);

public sealed record MailCounts(long Received, long Tickets, long Replies, long Automatic, long Bounces, long Ignored, long Quarantined);

public sealed record DeliveryCounts(long Sent, long Failed);

/// <summary>A message that a service could not handle. DueAt is the next try; null when it waits for a person.</summary>
public sealed record ParkedMessage(Guid Id, string Type, string Reaction, string Reason, int Tries, DateTimeOffset LastAt, DateTimeOffset? DueAt);

/// <summary>A mail that came, and what became of it. Number: its ticket. RelatedNumber: the one it points at. Acts only when one mail is asked for.</summary>
public sealed record ReceivedMail(
    Guid Id, DateTimeOffset At, string Source, MailOutcome Outcome, string? Number, string? Reason, string? RelatedNumber, Address? From, string Subject,
    string? MessageId, string? EnvelopeFrom, IReadOnlyList<string>? EnvelopeTo, IReadOnlyList<string>? Damage, long Size, IReadOnlyList<MailAct>? Acts);

public sealed record MailAct(DateTimeOffset At, string By, string Act, MailOutcome? Was, MailOutcome? Became);

/// <summary>What a mail says and its source, both as text.</summary>
public sealed record MailContent(string Text, IReadOnlyList<MailContentFile>? Files, string Source, bool SourceCut);

public sealed record MailContentFile(string Name, string ContentType, long Size);

/// <summary>Action is <c>always</c> or <c>never</c>.</summary>
public sealed record SenderRule(string Pattern, string Action, string MadeBy, DateTimeOffset MadeAt);

public sealed record TakenMail(MailOutcome Outcome, string? Number, string? Reason);

/// <summary>The mails of a time, held against the store. Balanced: received is the sum of the rest, and the store bears it out.</summary>
public sealed record MailAccount(
    DateTimeOffset Since, DateTimeOffset Until, long Received, long Tickets, long Replies, long Automatic, long Bounces, long Ignored, long Quarantined,
    bool Balanced, IReadOnlyList<AccountFault>? Faults)
{
    [JsonIgnore]
    public MailCounts Counts => new(Received, Tickets, Replies, Automatic, Bounces, Ignored, Quarantined);
}

public sealed record AccountFault(string Kind, long Mails);

/// <summary>Who is to be the requester of a ticket made of a mail that names nobody.</summary>
public sealed record TicketOfMail(NewRequester? Requester);

public sealed record NewTicket(
    string Subject, string Body, NewRequester? Requester, Channel? Channel, TicketType? Type, string? Category, Impact? Impact, Urgency? Urgency);

/// <summary>A cause behind several tickets, in a list.</summary>
public sealed record ProblemHead(string Number, string Title, string Status, bool Major, DateTimeOffset? NextWordAt, int Tickets, DateTimeOffset UpdatedAt);

/// <summary>Status is <c>open</c>, <c>known</c> or <c>solved</c>; MajorSince: it is led in public.</summary>
public sealed record ProblemFile(
    string Number, string Title, string Status, string? Cause, string? Workaround, ProblemWord? Word, DateTimeOffset? SpokenAt, DateTimeOffset? MajorSince,
    DateTimeOffset? NextWordAt, IReadOnlyList<ProblemTicket> Tickets, IReadOnlyList<ProblemLine> Timeline, long Version = 0, string? Voice = null);

public sealed record ProblemWord(string Sv, string? En);

public sealed record ProblemTicket(string Number, string Subject, TicketStatus Status);

public sealed record ProblemLine(DateTimeOffset At, string Kind, string? By, string? Text);

/// <summary>What is done with a problem; the verb says which members count.</summary>
public sealed record ProblemOrder(
    string? Title = null, IReadOnlyList<string>? Tickets = null, string? Cause = null, string? Workaround = null, string? Sv = null, string? En = null);

/// <summary>A major incident, as everybody may know it.</summary>
public sealed record Major(string Number, string Sv, string? En, DateTimeOffset Since, DateTimeOffset SpokenAt, DateTimeOffset? NextWordAt);

/// <summary>Number: the ticket that a message began, when it was written on a closed one.</summary>
public sealed record WrittenMessage(string? Number);

/// <summary>How a ticket was solved. LeaveChildren: though children of it are open.</summary>
public sealed record ResolveOrder(string? Solution, Guid? ArticleId, bool? LeaveChildren, bool? LeaveChecklist = null);

/// <summary>Which ticket goes on, and whether requesters of no common organisation may read each other's words.</summary>
public sealed record MergeOrder(string Into, bool Strangers, string? Reason);

/// <summary>A message or a note to write.</summary>
public sealed record NewMessage(string Text, IReadOnlyList<NewFile>? Attachments);

public sealed record NewFile(string Name, byte[] Content);

public sealed record NewRequester(string Email, string? Name, string? Phone);

/// <summary>What stands in an RFC 9457 answer.</summary>
public sealed record Problem(string? Title, string? Detail, string? Code, int? Status, IReadOnlyDictionary<string, string[]>? Errors);

/// <summary>The API refused. Code is stable; Message is the API's own explanation, in English.</summary>
public sealed class ApiException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>What is wrong, by what it is wrong with.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(Page<Ticket>))]
[JsonSerializable(typeof(Page<Message>))]
[JsonSerializable(typeof(Page<TicketLink>))]
[JsonSerializable(typeof(MergeOrder))]
[JsonSerializable(typeof(WrittenMessage))]
[JsonSerializable(typeof(ResolveOrder))]
[JsonSerializable(typeof(Page<ProblemHead>))]
[JsonSerializable(typeof(ProblemFile))]
[JsonSerializable(typeof(ProblemOrder))]
[JsonSerializable(typeof(Page<Major>))]
[JsonSerializable(typeof(Page<Note>))]
[JsonSerializable(typeof(Page<TicketFile>))]
[JsonSerializable(typeof(Page<Found>))]
[JsonSerializable(typeof(TicketProposals))]
[JsonSerializable(typeof(Gaps))]
[JsonSerializable(typeof(Trends))]
[JsonSerializable(typeof(SelfService))]
[JsonSerializable(typeof(Page<Named>))]
[JsonSerializable(typeof(Page<DeskAgent>))]
[JsonSerializable(typeof(Page<PersonFound>))]
[JsonSerializable(typeof(Myself))]
[JsonSerializable(typeof(TakenTicket))]
[JsonSerializable(typeof(Page<PaceLine>))]
[JsonSerializable(typeof(Page<SetUpVersion>))]
[JsonSerializable(typeof(Page<AgentSetUp>))]
[JsonSerializable(typeof(RulePreview))]
[JsonSerializable(typeof(TriggerPreview))]
[JsonSerializable(typeof(Page<TriggerState>))]
[JsonSerializable(typeof(ChecklistAnswer))]
[JsonSerializable(typeof(Page<Reminder>))]
[JsonSerializable(typeof(Roster))]
[JsonSerializable(typeof(DutyFeed))]
[JsonSerializable(typeof(Page<DayRead>))]
[JsonSerializable(typeof(Place))]
[JsonSerializable(typeof(Page<Ask>))]
[JsonSerializable(typeof(Page<Workspace.TimelineLine>))]
[JsonSerializable(typeof(Overview))]
[JsonSerializable(typeof(Page<ParkedMessage>))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(ReceivedMail))]
[JsonSerializable(typeof(Page<ReceivedMail>))]
[JsonSerializable(typeof(MailContent))]
[JsonSerializable(typeof(Page<SenderRule>))]
[JsonSerializable(typeof(TakenMail))]
[JsonSerializable(typeof(MailAccount))]
[JsonSerializable(typeof(MailCounts))]
[JsonSerializable(typeof(TicketOfMail))]
[JsonSerializable(typeof(TicketUpdates))]
[JsonSerializable(typeof(PersonChange))]
[JsonSerializable(typeof(Article))]
[JsonSerializable(typeof(GuideStep))]
[JsonSerializable(typeof(HelpFront))]
[JsonSerializable(typeof(Page<BrokenLinkLine>))]
[JsonSerializable(typeof(Page<ArticleFile>))]
[JsonSerializable(typeof(Page<PastFile>))]
[JsonSerializable(typeof(ImportedArticles))]
[JsonSerializable(typeof(Page<HelpLine>))]
[JsonSerializable(typeof(Page<ArticleLine>))]
[JsonSerializable(typeof(Page<Organisation>))]
[JsonSerializable(typeof(Page<ArticleVersion>))]
[JsonSerializable(typeof(ArticleFeedback))]
[JsonSerializable(typeof(NewFeedback))]
[JsonSerializable(typeof(NewTicket))]
[JsonSerializable(typeof(NewMessage))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
internal sealed partial class ApiJson : JsonSerializerContext;
