using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;

namespace Desk.Notification.Consumers;

/// <summary>Mails the link that signs its receiver in.</summary>
internal sealed class OnSignInLinkRequested(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<SignInLinkRequested>
{
    public Task ReactAsync(SignInLinkRequested happened, Reaction reaction, CancellationToken cancellation) => DeskMail.AddAsync(
        reaction, Guid.CreateVersion7(), Kinds.Link, happened.Email, happened.Language,
        new Facts { Name = happened.Name, Token = happened.Token, Until = happened.ExpiresAt }, deliveries, desk, sender, cancellation);
}
