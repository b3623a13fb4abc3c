using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Writing;

namespace Desk.Notification.Consumers;

/// <summary>Mails the link that signs its receiver in.</summary>
internal sealed class OnSignInLinkRequested(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<SignInLinkRequested>
{
    public async Task ReactAsync(SignInLinkRequested happened, Reaction reaction, CancellationToken cancellation)
    {
        if (!Address.IsMailable(happened.Email))
            return;
        var id = Guid.CreateVersion7();
        await deliveries.AddAsync(reaction.Transaction, new Delivery(
            id, null, null, null, Kinds.Link, Automatic: true, happened.Email, [], happened.Language,
            new Facts { Name = happened.Name, Token = happened.Token, Until = happened.ExpiresAt }, id, desk.MessageId(null, id), null, [], 0, default, null),
            cancellation);
        sender.Expect();
    }
}
