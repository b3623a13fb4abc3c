using Desk.Web.Api;

namespace Desk.Web.Live;

/// <summary>The major incidents that every page of the portal tells of: asked for a few times a minute, whoever and however many look.</summary>
internal sealed class MajorNews(TimeProvider clock, ILogger<MajorNews> log)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(10);

    private (IReadOnlyList<Major> Majors, DateTimeOffset Until) _kept = ([], default);

    public async ValueTask<IReadOnlyList<Major>> ReadAsync(DeskApi api)
    {
        if (_kept.Until > clock.GetUtcNow())
            return _kept.Majors;
        try
        {
            _kept = ((await api.GetAsync("routing/majors", ApiJson.Default.PageMajor))?.Items ?? [], clock.GetUtcNow() + s_fresh);
        }
        catch (ApiException away)
        {
            // What was last known is said on; asking again for every page would hold them all up.
            log.LogWarning("The major incidents cannot be read: {Code}", away.Code);
            _kept = (_kept.Majors, clock.GetUtcNow() + s_fresh);
        }
        return _kept.Majors;
    }
}
