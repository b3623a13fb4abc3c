using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Desk.Web;

/// <summary>
/// The one key of data protection (antiforgery, circuits' state), derived from <c>Desk:TokenKey</c>: every replica has the same without a shared
/// folder, and a restart invalidates no form that somebody is filling in. It changes when the desk's key changes.
/// </summary>
internal sealed class DerivedKey(IConfiguration configuration) : IXmlRepository
{
    private static readonly DateTimeOffset s_from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var root = Encoding.UTF8.GetBytes(configuration["Desk:TokenKey"]
            ?? throw new InvalidOperationException("Desk__TokenKey is not set: the app host gives it to every service."));
        var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, root, 64, info: "desk.web.data-protection"u8.ToArray());
        var id = new Guid(HKDF.DeriveKey(HashAlgorithmName.SHA256, root, 16, info: "desk.web.data-protection.id"u8.ToArray()));
        return
        [
            new XElement("key", new XAttribute("id", id), new XAttribute("version", 1),
                new XElement("creationDate", At(s_from)), new XElement("activationDate", At(s_from)), new XElement("expirationDate", At(s_from.AddYears(200))),
                new XElement("descriptor", new XAttribute("deserializerType", typeof(AuthenticatedEncryptorDescriptorDeserializer).AssemblyQualifiedName!),
                    new XElement("descriptor",
                        new XElement("encryption", new XAttribute("algorithm", "AES_256_CBC")),
                        new XElement("validation", new XAttribute("algorithm", "HMACSHA256")),
                        new XElement("masterKey", new XElement("value", Convert.ToBase64String(secret)))))),
        ];
    }

    public void StoreElement(XElement element, string friendlyName)
        => throw new InvalidOperationException("The key is derived, never stored: automatic key generation must stay off.");

    private static string At(DateTimeOffset at) => at.ToString("o", CultureInfo.InvariantCulture);
}
