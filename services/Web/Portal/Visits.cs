using System.Text;
using Desk.Web.Api;
using Microsoft.AspNetCore.Components.Authorization;

namespace Desk.Web.Portal;

/// <summary>What a page says as it goes: <c>slug outcome</c>, and nothing of who. Whatever comes of it, nobody is there to hear.</summary>
internal static class Visits
{
    private const int Longest = 200;

    public static async Task<IResult> CountAsync(HttpRequest request, AuthenticationStateProvider state, DeskApi api, VisitLimit limit, CancellationToken cancellation)
    {
        // There is no page here to say who reads, and the API asks as a page does.
        if (state is IHostEnvironmentAuthenticationStateProvider outside)
            outside.SetAuthenticationState(Task.FromResult(new AuthenticationState(request.HttpContext.User)));
        var said = new byte[Longest];
        var length = await request.Body.ReadAtLeastAsync(said, Longest, throwOnEndOfStream: false, cancellation);
        // Solved is said with the article's form, by a person who pressed it.
        if (Encoding.UTF8.GetString(said, 0, length).Split(' ') is not [{ Length: > 0 } article, ("read" or "left" or "asked") and var outcome])
            return TypedResults.BadRequest();
        if (!limit.Counts(request.HttpContext, article, outcome))
            return TypedResults.NoContent();
        try
        {
            await api.CountVisitAsync(article, outcome);
        }
        catch (ApiException)
        {
            // A visit that could not be counted is one less: the count errs by too few.
        }
        return TypedResults.NoContent();
    }
}
