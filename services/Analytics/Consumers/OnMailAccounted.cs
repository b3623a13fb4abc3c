using Desk.Analytics.Facts;
using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Analytics.Consumers;

internal sealed class OnMailAccounted : IReactTo<MailAccounted>
{
    public Task ReactAsync(MailAccounted happened, Reaction reaction, CancellationToken cancellation) => FactStore.KeepMail(
        reaction,
        new Fact(reaction.MessageId, Kinds.Mail, happened.At, happened.TicketId, happened.Number, happened.Outcome.ToString().ToLowerInvariant()),
        happened.MailId, happened.Revision);
}
