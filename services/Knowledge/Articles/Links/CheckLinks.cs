using Desk.Messaging;

namespace Desk.Knowledge.Articles.Links;

/// <summary>
/// Looks at the links of published articles, a few times a day and after each publishing: that those to articles lead to one that the same readers may
/// read; and, where <c>Desk:CheckLinks</c> is true, that pages elsewhere are there. Any number of replicas may run it.
/// </summary>
internal sealed class CheckLinks(LinkStore links, LinkProbe probe, IConfiguration configuration, TimeProvider clock, ILogger<CheckLinks> logger) : DueWorker(logger)
{
    private const int MostElsewhere = 20;
    private static readonly TimeSpan Again = TimeSpan.FromHours(8);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);
    private readonly string _desk = configuration["Desk:PublicUrl"]?.TrimEnd('/') ?? "";
    private readonly bool _elsewhere = configuration.GetValue("Desk:CheckLinks", false);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await links.TakeAsync(now, now + Again, cancellation) is not { } article)
            return 0;
        var all = ArticleLinks.Of(article.Body, _desk);
        var audiences = all.Any(link => !link.IsElsewhere) ? await links.AudiencesAsync([.. all.Select(link => link.Slug).OfType<string>()], cancellation) : new Dictionary<string, string>();
        var broken = all.Where(link => !link.IsElsewhere).Select(link => (link.Url, Reason: ReasonOf(audiences.GetValueOrDefault(link.Slug!), link.ForAgents && Audience.Parse(article.Audience).IsForRequesters ? Audience.Agents.Word : article.Audience)))
            .Where(link => link.Reason is not null).ToDictionary(link => link.Url, link => link.Reason!);
        if (_elsewhere)
        {
            foreach (var link in all.Where(link => link.IsElsewhere).Take(MostElsewhere))
            {
                if (ReasonOf(await probe.AskAsync(link.Url, cancellation)) is { } reason)
                    broken[link.Url] = reason;
                // Nobody's server shall notice us.
                await Task.Delay(Between, clock, cancellation);
            }
        }
        await links.KeepAsync(article, broken, now, cancellation);
        return 1;
    }

    /// <summary>Why a link to an article is broken; null when all who read this read that.</summary>
    internal static string? ReasonOf(string? target, string audience)
        => target is null ? "missing" : Audience.Parse(target).Covers(Audience.Parse(audience)) ? null : "unreadable";

    private static string? ReasonOf(LinkAnswer answer) => answer switch
    {
        LinkAnswer.There => null,
        LinkAnswer.Gone => "gone",
        LinkAnswer.Away => "away",
        LinkAnswer.Refused => "refused",
    };
}
