using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;

namespace Desk.Notification.Consumers;

/// <summary>Tells who answers for an article, in their language, that tickets came back although it was used on them.</summary>
internal sealed class OnArticleMisleads(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<ArticleMisleads>
{
    public async Task ReactAsync(ArticleMisleads happened, Reaction reaction, CancellationToken cancellation) => await DeskMail.AddAsync(
        reaction, happened.ReportId, Kinds.Misleading, happened.To, await OnAccountChanged.LanguageOfAsync(reaction, happened.To, cancellation),
        new Facts { Subject = happened.Title, Vouched = true, Article = happened.ArticleId, Total = happened.Misled, Back = happened.Tickets }, deliveries, desk, sender, cancellation);
}
