using System.Diagnostics;
using Dapper;
using Desk.Messaging;
using Npgsql;

namespace Desk.Knowledge.Likeness;

/// <summary>The tickets of this process's index, as fresh as its last look at the database: one a second.</summary>
internal sealed partial class LiveTickets(NpgsqlDataSource database, ILogger<LiveTickets> logger) : DueWorker(logger)
{
    // A transaction may commit later than the time it wrote: the last while is looked at again.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(20);
    private const int Page = 1_000;

    private readonly SemaphoreSlim _reading = new(1);
    private Dictionary<Guid, DateTimeOffset> _seen = [];
    private DateTimeOffset _readTo;

    public TicketIndex Index { get; } = new();

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        await RefreshAsync(cancellation);
        return 0;
    }

    /// <summary>Reads what has changed since the last look.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            if (_readTo == default)
            {
                await ReadAllAsync(connection, cancellation);
                return;
            }
            var changed = (await connection.QueryAsync<(Guid Id, DateTimeOffset At)>(new CommandDefinition(
                "select id, changed_at from ticket where changed_at > @from", new { from = _readTo - Overlap }, cancellationToken: cancellation))).ToList();
            var unread = changed.Where(ticket => !_seen.TryGetValue(ticket.Id, out var at) || at != ticket.At).Select(ticket => ticket.Id).ToArray();
            foreach (var page in unread.Chunk(Page))
            {
                foreach (var row in await connection.QueryAsync<Row>(new CommandDefinition($"{Select} where id = any(@page)", new { page }, cancellationToken: cancellation)))
                    Index.Put(row.Ticket);
            }
            _seen = changed.ToDictionary(ticket => ticket.Id, ticket => ticket.At);
            _readTo = changed.Select(ticket => ticket.At).Append(_readTo).Max();
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>At the start: the newest first, so that the day's outages are seen before last year's tickets are read.</summary>
    private async Task ReadAllAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var now = await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition("select clock_timestamp()", cancellationToken: cancellation));
        var (before, id) = (DateTime.MaxValue, Guid.AllBitsSet);
        while (true)
        {
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
                $"{Select} where (registered_at, id) < (@before, @id) order by registered_at desc, id desc limit {Page}",
                new { before = before == DateTime.MaxValue ? new DateTime(9999, 1, 1, 0, 0, 0, DateTimeKind.Utc) : before, id }, cancellationToken: cancellation))).ToList();
            foreach (var row in rows)
                Index.Put(row.Ticket);
            if (rows.Count < Page)
                break;
            (before, id) = (rows[^1].RegisteredAt.UtcDateTime, rows[^1].Id);
        }
        _readTo = new DateTimeOffset(now, TimeSpan.Zero);
        LogRead(logger, Index.Count, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private const string Select = """
        select id, language, subject, text, solution, category, registered_at as RegisteredAt, status, merged, solved_at is not null as WasSolved from ticket
        """;

    public override void Dispose()
    {
        base.Dispose();
        _reading.Dispose();
        Index.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Tickets} tickets are compared with; read in {Seconds:0.0} s")]
    private static partial void LogRead(ILogger logger, int tickets, double seconds);

    private sealed record Row(
        Guid Id, string Language, string Subject, string Text, string? Solution, string? Category, DateTimeOffset RegisteredAt, string Status, bool Merged, bool WasSolved)
    {
        private bool IsOver => Status is "resolved" or "closed";

        public IndexedTicket Ticket => new(Id, Language, Subject, Text, Solution, Category, RegisteredAt, Open: !IsOver, Solved: IsOver && WasSolved && !Merged && !string.IsNullOrEmpty(Solution));
    }
}
