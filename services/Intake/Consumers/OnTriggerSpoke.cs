using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Intake.Tickets;
using Desk.Messaging;

namespace Desk.Intake.Consumers;

/// <summary>
/// Keeps what a trigger said where it is read: to agents as a note, to the requester as a message, in their language. No agent replied: no clock hears it. Notification
/// mails it.
/// </summary>
internal sealed class OnTriggerSpoke(Conversation conversation) : IReactTo<TriggerSpoke>
{
    public async Task ReactAsync(TriggerSpoke happened, Reaction reaction, CancellationToken cancellation)
    {
        var head = await TicketHead.FindAsync(reaction.Transaction, happened.TicketId, cancellation) ?? throw new NotYetException($"There is no ticket {happened.Number} here yet.");
        if (happened.ToRequester)
            await conversation.AddAutomaticAsync(reaction.Transaction, head, happened.Id, head.Requester.Language == "en" ? happened.En ?? happened.Sv : happened.Sv, cancellation);
        else
            await conversation.AddNoteAsync(reaction.Transaction, head, new NewNote(new Actor(ActorKind.System, null, happened.Trigger), null, happened.Sv), cancellation);
    }
}
