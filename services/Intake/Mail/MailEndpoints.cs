using System.Globalization;
using System.Net.Mime;
using Desk.Contracts;
using Desk.Intake.Mail.Handling;
using Desk.Intake.Mail.Imap;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.Mail;

internal sealed record MailPerson(string Email, string? Name);

/// <summary>A received mail and what became of it. Number: its ticket. RelatedNumber: the ticket it points at without belonging to it.</summary>
internal sealed record MailView(
    Guid Id, DateTimeOffset At, string Source, MailOutcome Outcome, string? Number, string? Reason, string? RelatedNumber, MailPerson? From,
    string Subject, string? MessageId, string? EnvelopeFrom, IReadOnlyList<string> EnvelopeTo, IReadOnlyList<string> Damage, int Size)
{
    /// <summary>What agents did with it, oldest first; only when one mail is asked for.</summary>
    public IReadOnlyList<MailActView>? Acts { get; init; }
}

internal sealed record MailPage(IReadOnlyList<MailView> Items, string? Next);

/// <summary><c>/mail</c>: hand in a raw mail, and see what became of every one. For agents and their machines.</summary>
internal static class MailEndpoints
{
    private const int MostItems = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        var mail = app.MapGroup("/api/v1/mail").RequireAuthorization(Policies.Agent).WithTags("Mail");
        mail.MapPost("", TakeAsync).WithName("TakeMail").WithSummary("Hand in a raw mail (message/rfc822)").Accepts<byte[]>("message/rfc822");
        mail.MapGet("", ListAsync).WithName("ListMail").WithSummary("Received mails, newest first, by what became of them");
        mail.MapGet("mailboxes", MailboxEndpoints.ListAsync).WithName("ListMailboxes").WithSummary("The mailboxes that mail is fetched from, and how that goes");
        mail.MapGet("{id:guid}", FindAsync).WithName("GetMail").WithSummary("One received mail");
        mail.MapGet("{id:guid}/raw", RawAsync).WithName("GetRawMail").WithSummary("The mail as it came");
        mail.MapGet("{id:guid}/content", MailContent.ReadAsync).WithName("GetMailContent").WithSummary("What the mail says, and its source, as text");
        mail.MapPost("{id:guid}/ticket", HandleMail.MakeTicketAsync).WithName("MakeTicketOfMail").WithSummary("Make a ticket of it").ProducesProblem(409);
        mail.MapPost("{id:guid}/again", HandleMail.AgainAsync).WithName("TakeMailAgain").WithSummary("Take it again, after a repair or a new rule").ProducesProblem(409);
        mail.MapGet("account", MailAccount.ReadAsync).WithName("GetMailAccount").WithSummary("How many mails came, by what became of them, held against the store");
        mail.MapGet("rules", SenderRules.ListAsync).WithName("ListSenderRules").WithSummary("Whose mail always opens tickets, and whose never does");
        mail.MapPut("rules/{pattern}", SenderRules.PutAsync).RequireAuthorization(Policies.Lead).WithName("PutSenderRule").WithSummary("Always, or never, from this sender");
        mail.MapDelete("rules/{pattern}", SenderRules.DeleteAsync).RequireAuthorization(Policies.Lead).WithName("EndSenderRule").WithSummary("End a rule for a sender");
    }

    private static async Task<Results<Ok<TakenMail>, ProblemHttpResult>> TakeAsync(
        HttpRequest request, MailIntake intake, MailSettings settings, Caller caller, CancellationToken cancellation)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = settings.Limits.Bytes + 1L;
        if (request.ContentLength > settings.Limits.Bytes)
            return TooLarge(settings.Limits.Bytes);
        using var buffer = new MemoryStream(request.ContentLength is > 0 and var length ? (int)length : 16 * 1024);
        await request.Body.CopyToAsync(buffer, cancellation);
        if (buffer.Length > settings.Limits.Bytes)
            return TooLarge(settings.Limits.Bytes);
        if (buffer.Length == 0)
            return Problems.Invalid("mail.empty", "The body is the mail, as message/rfc822; it is empty.");
        try
        {
            return TypedResults.Ok(await intake.TakeAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), new MailEnvelope("api", null, []) { HandedInBy = caller.Machine ? null : caller.Email }, cancellation));
        }
        catch (NpgsqlException)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: "The mail cannot be stored now; nothing was kept. Try again.",
                extensions: new Dictionary<string, object?> { ["code"] = "store.away" });
        }
    }

    /// <param name="outcome">One or more outcomes, comma between; all unless told.</param>
    /// <param name="q">Part of the sender's address or name, or of the subject.</param>
    private static async Task<Results<Ok<MailPage>, ProblemHttpResult>> ListAsync(
        NpgsqlDataSource database, CancellationToken cancellation, string? outcome = null, string? q = null, Guid? after = null, int limit = 25)
    {
        var wanted = new List<MailOutcome>();
        foreach (var word in outcome?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (!Wording<MailOutcome>.TryRead(word, out var read))
                return Problems.Invalid("request.invalid", $"outcome is one or more of {Wording<MailOutcome>.Choices}, comma between.");
            wanted.Add(read);
        }
        limit = Math.Clamp(limit, 1, MostItems);
        var words = string.IsNullOrWhiteSpace(q) ? null : PlainText.Line(q, 200);
        var mails = await MailStore.ListAsync(database, wanted.Count > 0 ? wanted : Enum.GetValues<MailOutcome>(), words, after, limit + 1, cancellation);
        return TypedResults.Ok(new MailPage([.. mails.Take(limit)], mails.Count > limit ? mails[limit - 1].Id.ToString() : null));
    }

    private static async Task<Results<Ok<MailView>, ProblemHttpResult>> FindAsync(Guid id, NpgsqlDataSource database, CancellationToken cancellation)
        => await MailStore.FindAsync(database, id, cancellation) is { } mail ? TypedResults.Ok(mail with { Acts = await MailActs.OfMailAsync(database, id, cancellation) }) : NotFound();

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> RawAsync(Guid id, HttpResponse response, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (await MailStore.FindRawAsync(database, id, cancellation) is not { } raw)
            return NotFound();
        // A mail may hold anything: it is never to be opened as a page.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        return TypedResults.File(raw, MediaTypeNames.Application.Octet, $"{id}.eml");
    }

    internal static ProblemHttpResult NotFound() => Problems.NotFound("mail.unknown", "There is no such mail.");

    private static ProblemHttpResult TooLarge(int most) => TypedResults.Problem(
        statusCode: StatusCodes.Status413PayloadTooLarge, detail: string.Create(CultureInfo.InvariantCulture, $"The mail is larger than {most} bytes."),
        extensions: new Dictionary<string, object?> { ["code"] = "mail.tooLarge" });
}
