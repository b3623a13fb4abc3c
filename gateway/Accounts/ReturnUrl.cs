namespace Desk.Gateway.Accounts;

/// <summary>Where to go after signing in: only a path of this desk, so that a link can't send people elsewhere with our name on it.</summary>
internal static class ReturnUrl
{
    public static string? Local(string? url)
        => url is ['/', .. var rest] && url.Length <= 2000
            && rest is not (['/', ..] or ['\\', ..]) // "//host" and "/\host" are other hosts to a browser
            && !url.Any(sign => char.IsControl(sign) || sign == '\\')
            ? url
            : null;
}
