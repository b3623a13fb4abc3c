using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Intake.Import;

/// <summary>What came of an import. Known: events that had come in before. At most a hundred faults are told.</summary>
internal sealed record ImportAnswer(int Lines, int Tickets, int Events, int Known, int FaultCount, IReadOnlyList<ImportFault> Faults);

/// <summary>A line that was left out, counted from 1, and why.</summary>
internal sealed record ImportFault(int Line, string Fault);

internal static class ImportTickets
{
    private const int Together = 1000, MostFaults = 100, LongestLine = 256 * 1024;

    /// <summary>
    /// Takes in history: newline-delimited JSON, an event a line, the events of a ticket in the order they happened. Silent: nobody is mailed. Repeatable: what
    /// has come in before, by source, ticket and event, comes in no more. Clocks, statuses, holders and measures come out as if it had happened here. Lines
    /// that cannot be read are left out and told of. Admins only.
    /// </summary>
    public static async Task<Ok<ImportAnswer>> HandleAsync(HttpContext http, ImportStore store, TimeProvider clock)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } most)
            most.MaxRequestBodySize = null;
        var (lines, tickets, events, known, faultCount) = (0, 0, 0, 0, 0);
        var faults = new List<ImportFault>();
        var waiting = new List<PastEvent>(Together);
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                Take(rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
                if (waiting.Count >= Together)
                    await KeepAsync();
            }
            if (read.IsCompleted && rest.Length > 0)
                Take(rest);
            else if (rest.Length > LongestLine)
                throw new BadHttpRequestException("A line is longer than 256 kB.", StatusCodes.Status413PayloadTooLarge);
            reader.AdvanceTo(read.IsCompleted ? read.Buffer.End : rest.Start, read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        await KeepAsync();
        return TypedResults.Ok(new ImportAnswer(lines, tickets, events, known, faultCount, faults));

        void Take(ReadOnlySequence<byte> line)
        {
            lines++;
            var json = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
            if (json.Trim(" \t\r"u8).IsEmpty)
                return;
            try
            {
                var (past, fault) = JsonSerializer.Deserialize(json, IntakeJson.Default.ImportLine) is { } said
                    ? PastEvent.Read(lines, json, said, clock.GetUtcNow())
                    : (null, "A line is a JSON object.");
                if (past is not null) waiting.Add(past); else Refuse(lines, fault!);
            }
            catch (JsonException unreadable)
            {
                Refuse(lines, $"It is not JSON of an event ({unreadable.Path ?? "$"}).");
            }
        }

        void Refuse(int line, string fault)
        {
            faultCount++;
            if (faults.Count < MostFaults)
                faults.Add(new ImportFault(line, fault));
        }

        async Task KeepAsync()
        {
            if (waiting.Count == 0)
                return;
            var kept = await store.KeepAsync(waiting, http.RequestAborted);
            (tickets, events, known) = (tickets + kept.Tickets, events + kept.Events, known + kept.Known);
            foreach (var orphan in kept.Orphans)
                Refuse(orphan.Line, $"{orphan.Ticket} has not been registered: its first event is the registration.");
            waiting.Clear();
        }
    }
}
