using Xunit;

namespace KvStore.Tests.Tidy;

public sealed class NameTests
{
    [Fact]
    public void No_type_has_a_name_that_fits_everything() => Verdict.Clean(NameRules.VagueNames(Repository.Here.Sources));

    [Fact]
    public void No_type_is_named_like_a_folder_or_project() => Verdict.Clean(NameRules.NamedLikeFolders(Repository.Here.Sources));

    [Fact]
    public void A_file_holds_one_type_and_bears_its_name() => Verdict.Clean(NameRules.MisnamedFiles(Repository.Here.Own));

    [Fact]
    public void A_namespace_is_its_folder() => Verdict.Clean(
        NameRules.MisplacedNamespaces(Repository.Here.Own),
        new Allowance(
            "KvStore.ServiceDefaults/ServiceDefaultsExtensions.cs",
            "Microsoft.Extensions.Hosting",
            "Aspire's convention: builder.AddServiceDefaults() needs no using in any project."),
        new Allowance(
            "KvStore.Client/KvStoreClientExtensions.cs",
            "Microsoft.Extensions.Hosting",
            "Aspire's convention: builder.AddKvStoreClient() needs no using in a service."),
        new Allowance(
            "KvStore.Client/Hosting/ConfigurationSchemaAttribute.cs",
            "namespace Aspire",
            "Aspire's tools find the attribute by its full name."),
        new Allowance(
            "KvStore.Hosting/KvStoreBuilderExtensions.cs",
            "Aspire.Hosting",
            "Aspire's convention: builder.AddKvStore() needs no using in an AppHost."),
        new Allowance(
            "KvStore.Hosting/KvStoreResource.cs",
            "Aspire.Hosting.ApplicationModel",
            "Aspire's convention: resources are where an AppHost's implicit usings look."));

    [Theory]
    [InlineData("class RingManager;", 1)]
    [InlineData("class Outer { class KeyHelper; }", 1)]
    [InlineData("record struct SlotInfo;", 1)]
    [InlineData("enum BaseKind;", 1)]
    [InlineData("delegate void DataReady();", 1)]
    [InlineData("class FrameHandler;", 1)]
    [InlineData("class RetryHandler : DelegatingHandler;", 0)]
    [InlineData("static class RingExtensions { public static void X(this int y) {} static void Z() {} }", 0)]
    [InlineData("static class RingExtensions { public static void X(int y) {} }", 1)]
    [InlineData("class Database; class DataLogPage; class Handled; class HTTPInformation;", 0)]
    public void A_vague_name_is_found(string text, int findings) =>
        Assert.Equal(findings, NameRules.VagueNames([SourceFile.Sample("KvStore.Node/Ring/A.cs", text)]).Count());

    [Fact]
    public void A_stand_in_keeps_upstreams_names_and_names_its_own_types_well() => Assert.Equal(
        ["standins/X/A.cs:1: type PortHelper is named by 'Helper'; name it by what it is"],
        NameRules.VagueNames([SourceFile.Sample("standins/X/A.cs", "public class ClientBase; internal class PortHelper;")])
            .Select(finding => finding.ToString()));

    [Theory]
    [InlineData("class Ring;", 1)]
    [InlineData("class Node;", 1)]
    [InlineData("class HashRing { class Ring; }", 0)]
    public void A_type_named_like_a_folder_is_found(string text, int findings) =>
        Assert.Equal(findings, NameRules.NamedLikeFolders([SourceFile.Sample("KvStore.Node/Ring/A.cs", text)]).Count());

    [Theory]
    [InlineData("Slot.cs", "class Slot;", 0)]
    [InlineData("Slot.cs", "class Slot { class Inner; } file class Private;", 0)]
    [InlineData("Shared.cs", "class Shared; [CollectionDefinition(nameof(Shared))] class SharedTests;", 0)]
    [InlineData("CallOfT.cs", "class Call<T>;", 0)]
    [InlineData("Ring.razor.cs", "partial class Ring;", 0)]
    [InlineData("Program.cs", "System.Console.WriteLine();", 0)]
    [InlineData("Slot.cs", "class Token;", 1)]
    [InlineData("Slot.cs", "class Slot; class Token;", 1)]
    [InlineData("CallOfT.cs", "class Call;", 1)]
    public void A_file_not_named_by_its_one_type_is_found(string name, string text, int findings) =>
        Assert.Equal(findings, NameRules.MisnamedFiles([SourceFile.Sample($"KvStore.Node/Ring/{name}", text)]).Count());

    [Theory]
    [InlineData("KvStore.Node/Ring/A.cs", "namespace KvStore.Node.Ring;", 0)]
    [InlineData("KvStore.Node/Ring/A.cs", "namespace KvStore.Node;", 1)]
    [InlineData("KvStore.Client/Keys/A.cs", "namespace KvStore.Client; public class A;", 0)]
    [InlineData("KvStore.Client/Calls/A.cs", "namespace KvStore.Client; internal class A;", 1)]
    public void A_namespace_that_is_not_the_folder_is_found(string path, string text, int findings) =>
        Assert.Equal(findings, NameRules.MisplacedNamespaces([SourceFile.Sample(path, text)]).Count());
}
