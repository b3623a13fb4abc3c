using Desk.Analytics.Facts;
using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Analytics.Consumers;

internal sealed class OnBlackHoleFound : IReactTo<BlackHoleFound>
{
    public Task ReactAsync(BlackHoleFound happened, Reaction reaction, CancellationToken cancellation) => FactStore.Keep(
        reaction,
        new Fact(reaction.MessageId, happened.Mended ? Kinds.Mended : Kinds.BlackHole, happened.At, happened.TicketId, happened.Number, happened.Reason));
}
