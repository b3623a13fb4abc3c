using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;

namespace Desk.Notification.Consumers;

/// <summary>Carries what a trigger says to the requester, marked as automatic. A note to agents is not mailed.</summary>
internal sealed class OnTriggerSpoke(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<TriggerSpoke>
{
    public Task ReactAsync(TriggerSpoke happened, Reaction reaction, CancellationToken cancellation) => !happened.ToRequester
        ? Task.CompletedTask
        : TicketMail.AddToOneAsync(
            reaction, happened.TicketId, happened.Number, Kinds.Automatic, new Facts(), deliveries, desk, sender, cancellation, happened.Id,
            (language, facts) => facts with { Text = language == "en" ? happened.En ?? happened.Sv : happened.Sv });
}
