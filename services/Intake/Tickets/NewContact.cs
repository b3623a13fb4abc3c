using Desk.Contracts;
using Desk.Intake.Conversations;

namespace Desk.Intake.Tickets;

/// <summary>
/// An approach to the desk, by whatever channel, as it is handed to <see cref="Registration"/>. The channel has already read and checked it;
/// what it says of type, category, impact and urgency are claims that Routing judges.
/// </summary>
internal sealed record NewContact(Channel Channel, Correspondent Requester, string Subject, string Text)
{
    /// <summary>The HTML the requester sent, as it came; what is stored is made safe.</summary>
    public string? Html { get; init; }

    public IReadOnlyList<NewAttachment> Attachments { get; init; } = [];

    /// <summary>Addresses that were copied in: each becomes a participant, who sees the ticket and may answer in it.</summary>
    public IReadOnlyList<string> Cc { get; init; } = [];

    public TicketType? Type { get; init; }

    public string? Category { get; init; }

    public Impact? Impact { get; init; }

    public Urgency? Urgency { get; init; }

    /// <summary>The language a new person chose; guessed from the text when null.</summary>
    public string? Language { get; init; }

    /// <summary>What the door it came through stands for.</summary>
    public DoorDefaults Door { get; init; } = DoorDefaults.None;

    /// <summary>The account that registered it; null for what comes by mail.</summary>
    public Guid? RegisteredBy { get; init; }

    /// <summary>A machine wrote it: no automatic answer may go out.</summary>
    public bool Automatic { get; init; }

    /// <summary>The channel proved who the requester is, or an agent stands for it.</summary>
    public bool Vouched { get; init; }

    /// <summary>It was split off from another ticket.</summary>
    public Origin? Origin { get; init; }

    /// <summary>Set for what came by mail.</summary>
    public MailThread? Mail { get; init; }
}

/// <summary>
/// What comes through one door, such as a mailbox of its own, unless something better is known: the team and the agreement by their keys in Routing,
/// and the language to answer in when the words do not tell.
/// </summary>
internal sealed record DoorDefaults(string? Team = null, string? Language = null, string? Agreement = null)
{
    public static readonly DoorDefaults None = new();
}

/// <summary>Who writes, as the channel knows them. The address is enough; it is matched without regard to case.</summary>
internal sealed record Correspondent(string Email, string? Name = null, string? Phone = null);

/// <summary>A ticket that is stored once the transaction commits.</summary>
internal sealed record RegisteredTicket(Guid Id, TicketNumber Number, Guid MessageId, Person Requester, DateTimeOffset At, bool Vouched);
