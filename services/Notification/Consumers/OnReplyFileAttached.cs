using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Consumers;

/// <summary>Keeps a file until the mail that carries it is sent.</summary>
internal sealed class OnReplyFileAttached(ReplyFileStore files) : IReactTo<ReplyFileAttached>
{
    public Task ReactAsync(ReplyFileAttached happened, Reaction reaction, CancellationToken cancellation)
        => files.KeepAsync(reaction.Transaction, happened, cancellation);
}
