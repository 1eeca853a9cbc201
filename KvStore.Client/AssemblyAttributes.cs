using Aspire;
using KvStore.Client;

[assembly: ConfigurationSchema("KvStore:Client", typeof(KvStoreClientSettings))]
