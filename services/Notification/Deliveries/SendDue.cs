using System.Diagnostics;
using System.Diagnostics.Metrics;
using Desk.Messaging;
using Desk.Notification.Letters;
using Desk.Notification.Limits;
using Desk.Notification.Sending;
using Desk.ServiceDefaults;
using Npgsql;

namespace Desk.Notification.Deliveries;

/// <summary>
/// Writes and hands over what is due. The rows stay locked while their mails are handed over, so two replicas never send the same one; what the
/// hand-over came to is recorded, and said, in the same transaction. If the process dies between the two, the mail goes again with the same
/// Message-ID (and in the sink under the same name).
/// </summary>
internal sealed partial class SendDue(
    NpgsqlDataSource database, DeliveryStore deliveries, ReceiverStore receivers, ReceiverLimits limits, LetterWriter writer, ICarrier carrier,
    ReplyFileStore files, DeskAddress desk, TimeProvider clock, ILogger<SendDue> logger) : DueWorker(logger)
{
    private static readonly ActivitySource Tracing = new("Desk.Notification");
    private static readonly Meter Meter = new("Desk.Notification");
    private static readonly Counter<long> Sent = Meter.CreateCounter<long>("desk.mail.sent", description: "Mails handed over, by kind.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("desk.mail.failed", description: "Mails not handed over, by kind and whether for good.");

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(200);

    /// <summary>A reaction has added one: look when its transaction has had time to commit.</summary>
    public void Expect() => Wake(TimeSpan.FromMilliseconds(25));

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
        => (await Task.WhenAll(Enumerable.Range(0, carrier.Beside).Select(_ => TakeSomeAsync(cancellation)))).Sum();

    private async Task<int> TakeSomeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var due = await deliveries.TakeDueAsync(transaction, carrier.AtOnce, cancellation);
        if (due.Count == 0)
            return 0;
        var standing = await receivers.StandingAsync(transaction, due, cancellation);
        var outcomes = new List<Outcome>(due.Count);
        try
        {
            foreach (var delivery in due)
                outcomes.Add(await TryAsync(delivery, standing, await files.ReadAsync(transaction, delivery, cancellation), cancellation));
            // What was handed over must be recorded, also when the process is asked to stop just now.
            await deliveries.RecordAsync(transaction, outcomes, CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }
        finally
        {
            foreach (var outcome in outcomes)
                outcome.Span?.Dispose();
        }
        return due.Count;
    }

    // The span goes on in the trace that the delivery belongs to, until its outcome is recorded: what is then said belongs to it too.
    private async Task<Outcome> TryAsync(
        Delivery delivery, Standing standing, IReadOnlyDictionary<Guid, byte[]> contents, CancellationToken cancellation)
    {
        var span = Tracing.StartActivity($"mail {delivery.Kind}", ActivityKind.Producer, delivery.Traceparent);
        using var scope = logger.ForTicket(delivery.Number);
        try
        {
            return await TryOneAsync(delivery, standing, contents, cancellation) with { Span = span };
        }
        catch
        {
            span?.Dispose();
            throw;
        }
    }

    private async Task<Outcome> TryOneAsync(
        Delivery delivery, Standing standing, IReadOnlyDictionary<Guid, byte[]> contents, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        Outcome outcome;
        try
        {
            outcome = Refusal(delivery, standing, now) is { } refusal
                ? Outcome.Never(delivery, now, refusal)
                : await carrier.CarryAsync(writer.Write(delivery, contents, now), cancellation) switch
                {
                    { Done: true } done => Outcome.Done(delivery, clock.GetUtcNow(), done.Reason),
                    { Permanent: true } never => Outcome.Never(delivery, clock.GetUtcNow(), never.Reason!),
                    var later => Outcome.Later(delivery, clock.GetUtcNow(), later.Reason!),
                };
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A letter that cannot be written must not stop those behind it.
            outcome = Outcome.Later(delivery, now, failure.Message);
            LogBroken(logger, failure, delivery.Number, delivery.Kind, delivery.Id);
        }

        if (outcome.Sent)
        {
            standing.Count(delivery);
            Sent.Add(1, new KeyValuePair<string, object?>("kind", delivery.Kind));
        }
        else
        {
            Failed.Add(1, new("kind", delivery.Kind), new("permanent", outcome.AgainAt is null));
            LogFailed(logger, delivery.Number, delivery.Kind, delivery.Id, outcome.Reason, outcome.AgainAt);
        }
        return outcome;
    }

    private string? Refusal(Delivery delivery, Standing standing, DateTimeOffset now)
    {
        if (desk.IsOurs(delivery.Recipient))
            return "The address is the desk's own.";
        if (delivery.Facts.Until is { } until && until <= now)
            return "The link in it is out of date.";
        if (standing.Suppressed(delivery.Recipient, now) is { } reason)
            return $"The address does not work: {reason}";
        // What a person writes always goes; the limits are there to end a conversation between machines.
        return delivery.Automatic ? limits.Refusal(standing.Of(delivery)) : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Number}: {Kind} {Delivery} was not delivered: {Reason} Next try: {AgainAt}")]
    private static partial void LogFailed(ILogger logger, string? number, string kind, Guid delivery, string? reason, DateTimeOffset? againAt);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Number}: {Kind} {Delivery} could not be written or handed over")]
    private static partial void LogBroken(ILogger logger, Exception failure, string? number, string kind, Guid delivery);
}
