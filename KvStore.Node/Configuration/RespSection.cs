using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KvStore.Node.Configuration;

/// <summary>Reads <see cref="RespOptions"/>, and the files they name: what is wrong with one is known at start.</summary>
internal static class RespSection
{
    private const string PasswordFile = "PasswordFile";

    public static RespOptions Read(OptionsSection section, NodeOptions node)
    {
        RespOptions options = new();
        options = options with
        {
            Port = section.Read<int?>(nameof(RespOptions.Port), options.Port, "a whole number from 0 to 65535; 0 takes a free port", TryParsePort),
            Address = section.Read(nameof(RespOptions.Address), options.Address, Names.RespAddressAllowed, Names.TryParseRespAddress),
            Cluster = section.Flag(nameof(RespOptions.Cluster), options.Cluster),
            AllowFlush = section.Flag(nameof(RespOptions.AllowFlush), options.AllowFlush),
            AllowDebug = section.Flag(nameof(RespOptions.AllowDebug), options.AllowDebug),
            SlowReaderTimeout = section.Time(nameof(RespOptions.SlowReaderTimeout), options.SlowReaderTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Password = section.Read<string>(PasswordFile, "", "a file that can be read and has the password on its first line", TryReadPassword),
            CertificateFile = section.Text(nameof(RespOptions.CertificateFile), "", "the path of a file", File.Exists),
            KeyFile = section.Text(nameof(RespOptions.KeyFile), "", "the path of a file", File.Exists),
        };
        if (options.Port is > 0 and { } port && (port == node.HttpPort || port == node.GrpcPort))
        {
            string other = port == node.HttpPort ? nameof(NodeOptions.HttpPort) : nameof(NodeOptions.GrpcPort);
            section.Refuse(nameof(RespOptions.Port), port.ToString(CultureInfo.InvariantCulture), $"must differ from KvStore:{other}, which is the same.");
        }

        if (options.Cluster && options.Port is null)
        {
            section.Refuse(nameof(RespOptions.Cluster), "true", $"must be given together with {section.Name(nameof(RespOptions.Port))}.");
        }

        CheckCertificate(section, options);
        section.RefuseUnknown();
        return options;
    }

    private static void CheckCertificate(OptionsSection section, RespOptions options)
    {
        if (options.CertificateFile.Length == 0 != (options.KeyFile.Length == 0))
        {
            section.Refuse(nameof(RespOptions.CertificateFile), options.CertificateFile, $"must be given together with {section.Name(nameof(RespOptions.KeyFile))}.");
        }
        else if (options.CertificateFile.Length > 0)
        {
            try
            {
                X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile).Dispose();
            }
            catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
            {
                section.Refuse(nameof(RespOptions.CertificateFile), options.CertificateFile, $"must be a certificate in PEM that {options.KeyFile} is the key of: {failure.Message}");
            }
        }
    }

    private static bool TryParsePort(string text, out int? port)
    {
        bool isPort = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number);
        port = isPort ? number : null;
        return isPort;
    }

    private static bool TryReadPassword(string path, out string password)
    {
        try
        {
            password = File.ReadLines(path).FirstOrDefault() ?? "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            password = "";
        }

        return password.Length > 0;
    }
}
