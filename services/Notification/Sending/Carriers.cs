namespace Desk.Notification.Sending;

/// <summary>
/// A mail ready to go. Sender is the envelope's: bounces come back to it and name the ticket. Name is the file's in the sink, the same whatever is
/// retried.
/// </summary>
internal sealed record Mail(string Name, string Sender, string Recipient, IReadOnlyList<string> Cc, byte[] Content);

/// <summary>What the hand-over came to. Reason says why not, or what was remarkable.</summary>
internal readonly record struct Handover(bool Done, bool Permanent, string? Reason)
{
    public static Handover Taken(string? remark = null) => new(true, false, remark);

    public static Handover NotNow(string reason) => new(false, false, reason);

    public static Handover NotEver(string reason) => new(false, true, reason);
}

/// <summary>Hands mails over: to a folder, or to a relay.</summary>
internal interface ICarrier
{
    /// <summary>How many to take in one transaction: what is lost and done again when the process dies in the middle.</summary>
    int AtOnce { get; }

    /// <summary>How many such at the same time.</summary>
    int Beside { get; }

    Task<Handover> CarryAsync(Mail mail, CancellationToken cancellation);
}

internal static class Carriers
{
    /// <summary>The relay if one is set, else the sink; without either there is nowhere to send and the service says so at once.</summary>
    public static ICarrier Choose(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        if (configuration["Desk:SmtpRelay"] is { Length: > 0 } relay)
            return new SmtpRelay(RelayAddress.Read(relay), services.GetRequiredService<TimeProvider>());
        return configuration["Desk:MailSink"] is { Length: > 0 } folder
            ? new MailSink(folder)
            : throw new InvalidOperationException("Neither Desk__SmtpRelay nor Desk__MailSink is set: say where mail goes.");
    }
}
