using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.Mail.Imap;

/// <summary>
/// A mailbox that mail is fetched from. Everything up to LastUid is accounted for. PassedOver: uids of mails that could not be fetched; they lie in the
/// mailbox. LastError stays until the next one: it is over when LastSuccessAt is later.
/// </summary>
internal sealed record MailboxView(
    string Name, string Host, int Port, string Folder, string Address, string After, string? Team, string? Language, string? Agreement, uint? UidValidity, uint LastUid,
    long Taken, IReadOnlyList<long> PassedOver, DateTimeOffset? LastSuccessAt, string? LastError, DateTimeOffset? LastErrorAt);

internal sealed record MailboxPage(IReadOnlyList<MailboxView> Items);

internal static class MailboxEndpoints
{
    public static async Task<Ok<MailboxPage>> ListAsync(MailSettings settings, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var states = await MailboxStore.ListAsync(database, cancellation);
        return TypedResults.Ok(new MailboxPage([.. settings.Mailboxes.Select(mailbox =>
        {
            var state = states.GetValueOrDefault(mailbox.Name) ?? new MailboxState(mailbox.Name, null, 0, 0, [], null, null, null);
            return new MailboxView(
                mailbox.Name, mailbox.Host, mailbox.Port, mailbox.Folder, mailbox.Address, Wording<AfterTaking>.Of(mailbox.After), mailbox.Door.Team, mailbox.Door.Language, mailbox.Door.Agreement,
                state.UidValidity, state.LastUid, state.Taken, state.PassedOver, state.LastSuccessAt, state.LastError, state.LastErrorAt);
        })]));
    }
}
