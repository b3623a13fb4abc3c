using Desk.Contracts;
using Desk.Intake.Tickets;

namespace Desk.Intake.Conversations;

/// <summary>What the requester or another participant writes in a ticket that is there already. The caller has checked that they take part.</summary>
internal sealed record IncomingMessage(Channel Channel, Correspondent From, string Text)
{
    /// <summary>As the mail said it; null: the ticket's own.</summary>
    public string? Subject { get; init; }

    public string? Html { get; init; }

    public IReadOnlyList<NewAttachment> Attachments { get; init; } = [];

    /// <summary>Addresses that become participants with this message.</summary>
    public IReadOnlyList<string> Cc { get; init; } = [];

    /// <summary>A machine wrote it, such as an absence notice: noted, and nothing is to follow from it by itself.</summary>
    public bool Automatic { get; init; }

    public MailThread? Mail { get; init; }
}

/// <summary>What an agent writes to the requester.</summary>
internal sealed record AgentReply(Actor Agent, string Text)
{
    public string? Html { get; init; }

    /// <summary>Addresses that become participants with this reply.</summary>
    public IReadOnlyList<string> Cc { get; init; } = [];

    public IReadOnlyList<NewAttachment> Attachments { get; init; } = [];
}

/// <summary>What agents write for each other. The desk writes notes too, such as who did not get a mail: then the agent is the system.</summary>
internal sealed record NewNote(Actor Agent, string? AgentEmail, string Text)
{
    public IReadOnlyList<NewAttachment> Attachments { get; init; } = [];
}
