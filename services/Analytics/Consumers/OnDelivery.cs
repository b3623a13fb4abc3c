using Desk.Analytics.Facts;
using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Analytics.Consumers;

internal sealed class OnDelivery : IReactTo<MessageDelivered>, IReactTo<DeliveryFailed>
{
    public Task ReactAsync(MessageDelivered happened, Reaction reaction, CancellationToken cancellation) => FactStore.Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Delivered, happened.At, happened.TicketId, happened.Number, happened.Kind));

    /// <summary>One that will be tried again has not failed yet.</summary>
    public Task ReactAsync(DeliveryFailed happened, Reaction reaction, CancellationToken cancellation) => happened.Permanent
        ? FactStore.Keep(
            reaction, new Fact(reaction.MessageId, Kinds.DeliveryFailed, happened.At, happened.TicketId, happened.Number, happened.Kind))
        : Task.CompletedTask;
}
