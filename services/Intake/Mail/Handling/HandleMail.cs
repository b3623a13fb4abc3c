using Desk.Intake.People;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Intake.Mail.Handling;

/// <summary>Who is to be the requester, when that is not who the mail says it is from.</summary>
internal sealed record MakeTicketInput(RequesterInput? Requester);

/// <summary>
/// What an agent decides of a mail that became neither ticket nor reply. The mail's effect still happens once: what is a ticket or a reply
/// already is refused with its number.
/// </summary>
internal static class HandleMail
{
    /// <summary>
    /// Makes a ticket of it, whatever it was taken for. The requester is its sender, or who the agent says. It gets no automatic answer when a
    /// machine wrote it.
    /// </summary>
    public static async Task<Results<Ok<TakenMail>, ProblemHttpResult>> MakeTicketAsync(
        Guid id, Caller caller, MailIntake intake, CancellationToken cancellation, MakeTicketInput? input = null)
    {
        Correspondent? requester = null;
        if (input?.Requester is { } said)
        {
            if (!EmailAddress.IsWellFormed(said.Email?.Trim()))
                return Problems.Invalid("requester.email", Phrase.Of("requester.email säger vem som behöver hjälp; det är ingen e-postadress.", "requester.email says who needs help; it is not an e-mail address."));
            requester = new Correspondent(said.Email!.Trim(), string.IsNullOrWhiteSpace(said.Name) ? null : PlainText.Line(said.Name, Limits.Name));
        }
        return Answer(await intake.TakeAgainAsync(id, new Decision(caller, MakeTicket: true, requester), cancellation));
    }

    /// <summary>
    /// Takes it once more as if it came now: after a repair of the desk, or a new rule for its sender. Refused when it has had an effect: a note on a
    /// ticket would be written twice.
    /// </summary>
    public static async Task<Results<Ok<TakenMail>, ProblemHttpResult>> AgainAsync(Guid id, Caller caller, MailIntake intake, CancellationToken cancellation)
        => Answer(await intake.TakeAgainAsync(id, new Decision(caller, MakeTicket: false), cancellation));

    private static Results<Ok<TakenMail>, ProblemHttpResult> Answer(TakenMail? taken)
        => taken is null ? MailEndpoints.NotFound() : TypedResults.Ok(taken);
}

/// <summary>What an agent wants done with a kept mail.</summary>
internal sealed record Decision(Caller By, bool MakeTicket, Correspondent? Requester = null);
