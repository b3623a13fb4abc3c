namespace Desk.Intake.Mail.Understanding;

/// <summary>A mail that came back: who did not get it, and the ids it may have had.</summary>
internal sealed record Bounce(IReadOnlyList<FailedRecipient> Failed, IReadOnlyList<string> ReturnedMessageIds);

/// <summary>Permanent: the address itself will not work (nobody there, no such domain, moved); a full mailbox or a refused text is not that.</summary>
internal sealed record FailedRecipient(string Address, bool Permanent, string? Code, BounceReason Reason, string? Detail);

/// <summary>Why a mail was not delivered, as far as what to do about it differs.</summary>
internal enum BounceReason { Unknown, NoSuchAddress, NoSuchHost, Moved, NoMailAccepted, MailboxFull, Suspended, Blocked, TooLarge, Content, TriedTooLong, SystemTrouble }
