using System.Security.Cryptography;
using Desk.Contracts;
using Desk.Intake.People;
using Desk.Intake.Tickets;

namespace Desk.Intake.Import;

/// <summary>Who did it: an agent unless they are the requester; the desk itself when nobody is named.</summary>
internal sealed record ImportActor(string? Name, bool? Requester);

/// <summary>
/// One event of history. Source is where it comes from, Ticket what the ticket is called there, Id what the event is (if left out, an event is known again by all
/// that its line says). Event: <c>registered</c> (with subject, text and requester), <c>opened</c>, <c>assigned</c>, <c>reclassified</c>, <c>paused</c>,
/// <c>resumed</c>, <c>resolved</c>, <c>reopened</c>, <c>closed</c>, <c>requesterMessage</c>, <c>agentMessage</c> or <c>note</c>. Article: the slug or title, here, of the article that a resolved ticket was solved with.
/// </summary>
internal sealed record ImportLine(
    string? Source, string? Ticket, string? Id, string? Event, DateTimeOffset? At, ImportActor? By, string? Subject, string? Text, RequesterInput? Requester,
    string? Channel, string? Type, string? Category, string? Impact, string? Urgency, string? Priority, string? Team, string? Assignee, string? AssigneeName,
    string? WaitingFor, DateTimeOffset? Until, string? Article = null);

/// <summary>A line that was understood.</summary>
internal sealed record PastEvent(int Line, string Source, string Ticket, string Key, ImportedEvent Event, ImportLine Said)
{
    private const int LongestName = 200;

    /// <summary>The event, or what is wrong with its line.</summary>
    public static (PastEvent? Event, string? Fault) Read(int number, ReadOnlySpan<byte> json, ImportLine line, DateTimeOffset now)
    {
        if (line is not { Source: { Length: > 0 and <= LongestName } source, Ticket: { Length: > 0 and <= LongestName } ticket })
            return (null, "source and ticket say whose history it is; one of them is missing or too long.");
        if (!Wording<ImportedKind>.TryRead(line.Event, out var kind))
            return (null, $"event is {Wording<ImportedKind>.Choices}.");
        if (line.At is not { } at || at > now)
            return (null, "at says when it happened, and that has been.");
        if (kind is ImportedKind.Registered && (string.IsNullOrWhiteSpace(line.Subject) || !EmailAddress.IsWellFormed(line.Requester?.Email?.Trim())))
            return (null, "A registration has a subject and a requester with an e-mail address.");
        if (kind is ImportedKind.RequesterMessage or ImportedKind.AgentMessage or ImportedKind.Note && string.IsNullOrWhiteSpace(line.Text))
            return (null, "A message has a text.");
        if (kind is ImportedKind.Paused && !Wording<WaitingFor>.TryRead(line.WaitingFor, out _))
            return (null, $"waitingFor is {Wording<WaitingFor>.Choices}.");
        if (Unknown<TicketType>(line.Type) || Unknown<Impact>(line.Impact) || Unknown<Urgency>(line.Urgency) || Unknown<Channel>(line.Channel))
            return (null, "type, impact, urgency or channel is not one of the words that the desk knows.");
        Priority? priority = null;
        if (line.Priority is { } said)
        {
            if (!Enum.TryParse<Priority>(said, out var read) || !Enum.IsDefined(read))
                return (null, "priority is P1, P2, P3, P4 or P5.");
            priority = read;
        }
        if (line.Text?.Length > Limits.TextBytes / 4 || line.Subject?.Length > Limits.Subject || !PlainText.IsClean(line.Subject ?? "") || !PlainText.IsClean(line.Text ?? ""))
            return (null, "subject or text is too long, or has control characters.");

        at = at.ToUniversalTime().ToStored();
        var byRequester = line.By?.Requester ?? kind is ImportedKind.Registered or ImportedKind.RequesterMessage;
        var by = new Actor(byRequester ? ActorKind.Requester : line.By?.Name is null ? ActorKind.System : ActorKind.Agent, null, line.By?.Name ?? (byRequester ? line.Requester?.Name : null));
        return (new PastEvent(number, source, ticket, line.Id ?? Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(..16)), new ImportedEvent(
            kind, at, by, kind is ImportedKind.Registered or ImportedKind.RequesterMessage or ImportedKind.AgentMessage or ImportedKind.Note ? Guid.CreateVersion7(at) : null,
            line.Team, line.Assignee is { } assignee ? EmailAddress.Normalise(assignee) : null, line.AssigneeName, Known<WaitingFor>(line.WaitingFor), line.Until?.ToUniversalTime(),
            Known<TicketType>(line.Type), line.Category, Known<Impact>(line.Impact), Known<Urgency>(line.Urgency), priority,
            kind is ImportedKind.Note or ImportedKind.RequesterMessage or ImportedKind.AgentMessage or ImportedKind.Registered ? null : line.Text,
            kind is ImportedKind.Resolved ? line.Article : null), line), null);
    }

    private static T? Known<T>(string? word) where T : struct, Enum => Wording<T>.TryRead(word, out var value) ? value : null;

    private static bool Unknown<T>(string? word) where T : struct, Enum => word is not null && !Wording<T>.TryRead(word, out _);
}
