using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace Desk.Gateway.Accounts;

/// <summary>Rules for passwords and lockout. Length is what counts; rules about digits and signs only make people write them down.</summary>
internal static class Passwords
{
    public const int WrongBeforeLockout = 5;

    public static readonly TimeSpan Lockout = TimeSpan.FromMinutes(10);

    public static void Rules(IdentityOptions options)
    {
        options.Password.RequiredLength = 12;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
        options.Lockout.MaxFailedAccessAttempts = WrongBeforeLockout;
        options.Lockout.DefaultLockoutTimeSpan = Lockout;
        // The user name is an address, already read as one: letters such as å are as good as any.
        options.User.AllowedUserNameCharacters = "";
    }

    /// <summary>Twenty signs (99 bits) in five groups of four, without letters that look alike.</summary>
    public static string Random() => string.Join('-', Enumerable.Range(0, 5).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 4)));
}
