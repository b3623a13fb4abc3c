using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Intake.Tickets;
using Desk.Messaging;
using Npgsql;

namespace Desk.Intake.Scanning;

/// <summary>
/// Has every file scanned that has not been, one at a time and oldest first. A scanner that is away loses nothing: mail is taken, and its files wait.
/// What is found infected stays held back, and a note on the ticket says so; so does what the scanner cannot be made to look at.
/// </summary>
internal sealed partial class ScanFiles(NpgsqlDataSource database, ClamAv scanner, Conversation conversation, ILogger<ScanFiles> logger) : DueWorker(logger)
{
    /// <summary>So often is a scanner that is there asked about a file it cannot answer for.</summary>
    private const int MostTries = 5;

    private static readonly Actor System = new(ActorKind.System, null, "Desk");

    private bool _away;

    protected override TimeSpan Interval => _away ? TimeSpan.FromSeconds(2) : TimeSpan.FromMilliseconds(500);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await NextAsync(transaction, cancellation) is not { } file)
            return 0;
        Scan scan;
        try
        {
            scan = await scanner.ScanAsync(file.Content, cancellation);
        }
        catch (ScannerAwayException away)
        {
            if (!_away)
                LogAway(logger, away.Message);
            _away = true;
            return 0;
        }
        _away = false;

        var state = scan.Verdict switch
        {
            Verdict.Clean => "clean",
            Verdict.Infected => "infected",
            _ => file.Tries + 1 < MostTries ? "unseen" : "unscannable",
        };
        await using var seen = new NpgsqlCommand("update attachment set scan = $2, scan_detail = $3, scan_tries = scan_tries + 1 where id = $1", connection, transaction);
        seen.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = file.Id });
        seen.Parameters.Add(new NpgsqlParameter<string> { TypedValue = state });
        seen.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)scan.Detail ?? DBNull.Value });
        await seen.ExecuteNonQueryAsync(cancellation);
        if (state is "infected" or "unscannable" && await TicketHead.FindAsync(transaction, file.TicketId, cancellation) is { } ticket)
        {
            await conversation.AddNoteAsync(transaction, ticket, new NewNote(System, null, state == "infected"
                ? $"The file {file.Name} is held back: the scanner found {scan.Detail} in it."
                : $"The file {file.Name} is held back: the scanner could not look at it ({scan.Detail})."), cancellation);
            LogHeld(logger, file.Id, state, scan.Detail);
        }
        await transaction.CommitAsync(cancellation);
        return 1;
    }

    private static async Task<Unseen?> NextAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            select id, ticket_id, name, scan_tries, content from attachment where scan = 'unseen' order by scan_tries, created_at limit 1 for update skip locked
            """, transaction.Connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new Unseen(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetInt16(3), reader.GetFieldValue<byte[]>(4))
            : null;
    }

    private sealed record Unseen(Guid Id, Guid TicketId, string Name, int Tries, byte[] Content);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason} Files that come are kept and held back until it does")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "File {File} is held back: {State}, {Detail}")]
    private static partial void LogHeld(ILogger logger, Guid file, string state, string? detail);
}
