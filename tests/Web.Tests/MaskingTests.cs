using Desk.Web.Shared;
using Desk.Web.Workspace;
using Microsoft.Extensions.Configuration;

namespace Desk.Web.Tests;

public class MaskingTests
{
    private static string Masked(string text)
    {
        var words = new Words(new ConfigurationBuilder().Build(), TimeProvider.System);
        words.Speak("sv");
        return Masking.Mask(text, ["Rut Hansson", "Bo Ek"], words);
    }

    [Theory]
    [InlineData("Hej! Rut Hansson här, Ruts dator. /Rut", "Hej! [namn] här, [namn] dator. /[namn]")]
    [InlineData("Svara rut.hansson@nordvik.example eller ring 070-123 45 67.", "Svara [e-post] eller ring [telefon].")]
    [InlineData("Ring +46 8 123 456 78", "Ring [telefon]")]
    [InlineData("Mitt personnummer är 19800101-1234", "Mitt personnummer är [personnummer]")]
    [InlineData("Lösenordet är Sommar2026! och lösenord: hej123", "Lösenordet är [hemligt] och lösenord: [hemligt]")]
    [InlineData("Jag har glömt mitt lösenord igen", "Jag har glömt mitt lösenord igen")]
    [InlineData("Skrivaren 10.20.30.40 svarar inte", "Skrivaren [adress] svarar inte")]
    [InlineData("Fel 0x80070005 i Windows 11", "Fel 0x80070005 i Windows 11")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9aGVqc2FuMTIz", "[hemligt]")]
    [InlineData("Boken av Ekman", "Boken av Ekman")]
    public void What_belongs_to_one_person_or_is_secret_is_taken_out(string said, string masked) => Assert.Equal(masked, Masked(said));
}
