using Npgsql;

namespace Desk.Intake.Mail.Imap;

/// <summary>Looks after every mailbox of the settings, each by itself: one that is away keeps none of the others waiting.</summary>
internal sealed class MailboxRounds(
    MailSettings settings, NpgsqlDataSource database, MailIntake intake, AccessTokens tokens, TimeProvider clock, ILogger<MailboxFetcher> logger) : BackgroundService
{
    // Names this process among those that share the mailboxes.
    private readonly Guid _holder = Guid.CreateVersion7();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(settings.Mailboxes.Select(mailbox =>
        new MailboxFetcher(mailbox, _holder, database, intake, settings.Limits.Bytes, tokens, clock, logger).RunAsync(stoppingToken)));
}
