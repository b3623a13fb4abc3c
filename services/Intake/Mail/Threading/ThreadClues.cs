using Desk.Intake.Mail.Reading;
using Desk.Intake.Tickets;

namespace Desk.Intake.Mail.Threading;

/// <summary>What in a mail points at a ticket, strongest first. Reply-To is not among it, nor is any name: anybody can write those.</summary>
internal sealed record ThreadClues(IReadOnlyList<long> Signed, IReadOnlyList<string> MessageIds, long? InSubject)
{
    public bool None => Signed.Count == 0 && MessageIds.Count == 0 && InSubject is null;

    public static ThreadClues Of(ReceivedMail mail, IReadOnlyList<string> envelopeTo, ThreadTokens tokens)
    {
        var signed = new List<TicketNumber>();
        foreach (var address in envelopeTo.Concat(mail.To.Concat(mail.Cc).Select(mailbox => mailbox.Address)))
        {
            if (tokens.OfAddress(address) is { } number)
                signed.Add(number);
        }
        // What is answered comes before what was said earlier in the thread.
        var ids = mail.InReplyTo.Concat(mail.References).Distinct().Take(100).ToList();
        foreach (var id in ids)
        {
            if (tokens.OfMessageId(id) is { } own)
                signed.Add(own.Number);
        }
        return new ThreadClues([.. signed.Distinct().Select(number => number.Value)], ids, ThreadTokens.OfSubject(mail.Subject)?.Value);
    }
}

/// <summary>A ticket a mail points at. TakesPart: its sender may write in it.</summary>
internal sealed record ThreadCandidate(TicketHead Ticket, bool TakesPart);

/// <summary>Where a mail belongs: in a ticket; or in none, with the one it points at in vain.</summary>
internal sealed record ThreadPlace(TicketHead? Ticket, TicketHead? Related)
{
    /// <summary>Candidates are strongest first. No sign is strong enough to let in somebody who takes no part.</summary>
    public static ThreadPlace Of(IReadOnlyList<ThreadCandidate> candidates)
    {
        var ticket = candidates.FirstOrDefault(candidate => candidate.TakesPart)?.Ticket;
        return new ThreadPlace(ticket, ticket is null ? candidates.FirstOrDefault()?.Ticket : null);
    }
}
