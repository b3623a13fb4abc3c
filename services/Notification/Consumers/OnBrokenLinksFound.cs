using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;

namespace Desk.Notification.Consumers;

/// <summary>Tells who answers for an article, in their language, that links in it have broken.</summary>
internal sealed class OnBrokenLinksFound(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<BrokenLinksFound>
{
    public async Task ReactAsync(BrokenLinksFound happened, Reaction reaction, CancellationToken cancellation) => await DeskMail.AddAsync(
        reaction, happened.ReportId, Kinds.Links, happened.To, await OnAccountChanged.LanguageOfAsync(reaction, happened.To, cancellation),
        new Facts { Subject = happened.Title, Vouched = true, Article = happened.ArticleId, Links = happened.Links }, deliveries, desk, sender, cancellation);
}
