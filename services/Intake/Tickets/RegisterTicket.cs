using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Intake.People;
using Desk.Intake.Requests;
using Desk.ServiceDefaults.Identity;

namespace Desk.Intake.Tickets;

/// <summary>Who needs help.</summary>
internal sealed record RequesterInput(string? Email, string? Name, string? Phone);

/// <summary>A file, its bytes as base64.</summary>
internal sealed record AttachmentInput(string? Name, byte[]? Content);

/// <summary>
/// A matter to register. Type, category, impact and urgency are claims, judged at triage. Members that are not named here are ignored.
/// </summary>
internal sealed record RegisterTicketRequest(
    string? Subject, string? Body, RequesterInput? Requester, string? Channel, string? Type, string? Category, string? Impact, string? Urgency,
    IReadOnlyList<AttachmentInput?>? Attachments);

internal static class RegisterTicket
{
    /// <summary>
    /// Registers a ticket: 201 means it is stored. An agent or an agent's key registers for anyone, a person for themself, a requester's key
    /// for anyone, unvouched. The body has at most 100 kB, the subject 300 characters, all attachments together 25 MB.
    /// </summary>
    public static async Task<IResult> HandleAsync(
        Body<RegisterTicketRequest> body, Caller caller, HttpContext http, Posting posting, Registration registration)
    {
        if (body.Value is not { } request)
            return body.Faults.Answer();
        if (Read(request, caller, body.Faults) is not { } contact)
            return body.Faults.Answer();
        return await posting.RunAsync(http, caller, body.Bytes, async (transaction, cancellation) =>
        {
            var ticket = await registration.RegisterAsync(contact, transaction, cancellation);
            return Posted.At($"/api/v1/tickets/{ticket.Number}", View(ticket, contact), version: 0);
        });
    }

    /// <summary>The contact a request speaks of; null when something is wrong with it, which is then among the faults.</summary>
    internal static NewContact? Read(RegisterTicketRequest request, Caller caller, Faults faults)
    {
        var subject = Line(request.Subject?.Trim(), "subject", Limits.Subject, faults);
        faults.Require(!string.IsNullOrEmpty(subject), "subject", "subject says in a few words what it is about; it is missing.");
        MessageRules.CheckText(request.Body, "body", faults);
        var requester = ReadRequester(request.Requester, caller, faults);
        var channel = ReadWord<Channel>(request.Channel, "channel", faults) ?? (caller.Machine ? Channel.Api : Channel.Web);
        faults.Require(caller.IsAgent || channel is Channel.Web or Channel.Api, "channel", "channel is web or api; agents may say the others.");
        var type = ReadWord<TicketType>(request.Type, "type", faults);
        var impact = ReadWord<Impact>(request.Impact, "impact", faults);
        var urgency = ReadWord<Urgency>(request.Urgency, "urgency", faults);
        faults.Require(request.Category is null || IsKey(request.Category), "category", "category is the key of a category, such as network.vpn.");
        var attachments = MessageRules.ReadAttachments(request.Attachments, faults);
        if (faults.Any || requester is null)
            return null;
        return new NewContact(channel, requester, subject!, request.Body!)
        {
            Attachments = attachments,
            Type = type,
            Category = request.Category,
            Impact = impact,
            Urgency = urgency,
            RegisteredBy = caller.Id,
            Vouched = caller.IsAgent || !caller.Machine,
            Language = caller is { IsAgent: false, Machine: false } ? caller.Language : null,
        };
    }

    private static Correspondent? ReadRequester(RequesterInput? input, Caller caller, Faults faults)
    {
        var person = caller is { IsAgent: false, Machine: false };
        if (person && caller.Email is { } own)
        {
            faults.Require(input?.Email is null || EmailAddress.Normalise(input.Email) == EmailAddress.Normalise(own), "requester.email",
                "requester.email is another's: you register tickets for yourself. Leave it out.");
        }
        var email = input?.Email?.Trim() ?? (person ? caller.Email : null);
        if (email is null)
        {
            faults.Add("requester.email", "requester.email says who needs help; it is missing.");
            return null;
        }
        faults.Require(EmailAddress.IsWellFormed(email), "requester.email", "requester.email is not an e-mail address.");
        var name = Line(input?.Name?.Trim(), "requester.name", Limits.Name, faults);
        var phone = Line(input?.Phone?.Trim(), "requester.phone", Limits.Phone, faults);
        faults.Require(string.IsNullOrEmpty(phone) || phone.All(c => char.IsAsciiDigit(c) || " +()-./".Contains(c)), "requester.phone",
            "requester.phone has digits, spaces and + ( ) - . / only.");
        return new Correspondent(
            email, !string.IsNullOrEmpty(name) ? name : person && caller.Name.Length > 0 ? caller.Name : null, string.IsNullOrEmpty(phone) ? null : phone);
    }

    private static string? Line(string? text, string field, int most, Faults faults)
    {
        faults.Require(text is null || text.Length <= most, field, $"{field} has at most {most} characters.");
        faults.Require(text is null || (PlainText.IsClean(text) && text.AsSpan().IndexOfAny('\n', '\r', '\t') < 0), field,
            $"{field} is one line without control characters.");
        return text;
    }

    private static T? ReadWord<T>(string? word, string field, Faults faults) where T : struct, Enum
    {
        if (word is null)
            return null;
        if (Wording<T>.TryRead(word, out var value))
            return value;
        faults.Add(field, $"{field} is {Wording<T>.Choices}.");
        return null;
    }

    private static bool IsKey(string key)
        => key.Length is >= 1 and <= 80 && key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');

    // As it will be read: nobody has worked on it yet.
    internal static TicketView View(RegisteredTicket ticket, NewContact contact) => new(
        ticket.Id, ticket.Number.ToString(), PlainText.Line(contact.Subject, Limits.Subject), contact.Channel, TicketStatus.New, null,
        contact.Type ?? TicketType.Incident, contact.Category, contact.Impact ?? Impact.One, contact.Urgency ?? Urgency.Medium, null, null, null, null,
        null, null, new RequesterView(
            ticket.Requester.Id, ticket.Requester.Email, ticket.Requester.Name, ticket.Requester.Phone, ticket.Requester.Language, ticket.Requester.Organisation),
        null, null, StoredClocks.None, ticket.At, ticket.At, 0);
}
